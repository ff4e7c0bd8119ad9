// The entry points of both algorithms.
#include "convolution.h"

size_t ck_convolution_scratch(const ck_convolution *s) {
  const size_t direct = ck_direct_scratch(s), winograd = ck_is_winograd(s) ? ck_winograd_scratch(s) : 0;
  return direct > winograd ? direct : winograd;
}

size_t ck_prepared_weight_count(const ck_convolution *s) {
  return ck_is_winograd(s) ? ck_winograd_weight_count(s) : ck_direct_weight_count(s);
}

size_t ck_weight_gradient_count(const ck_convolution *s) { return ck_direct_weight_count(s); }

void ck_look_ahead(lookahead *a, const float *x, int64_t floats, int written, int32_t pieces) {
  const char *from = (const char *)x;
  if (!x || a->streams == MAX_STREAMS) return;
  for (int32_t i = 0; i < a->streams; i++) {
    if (a->stream[i].next == from) return;
  }
  const int64_t lines = (floats + CK_LANES - 1) / CK_LANES;
  a->stream[a->streams++] = (stream){from, from + lines * 64, (lines + pieces - 1) / pieces * 64, written};
}

void ck_convolution_forward(
    ck_pool *pool, const ck_convolution *s, int64_t images, const ck_source *x, const float *forward,
    const ck_result *result) {
  const convolution_call call = {
      .pool = pool, .shape = s, .images = images, .x = x, .weight = forward, .result = result};
  if (ck_is_winograd(s)) ck_winograd_forward(&call);
  else ck_direct_forward(&call);
}

void ck_convolution_backward(
    ck_pool *pool, const ck_convolution *s, int64_t images, const ck_source *x, const ck_source *dy,
    const float *transposed, const ck_gradient *dx, const ck_weight_gradient *dw) {
  const convolution_call call = {
      .pool = pool, .shape = s, .images = images, .x = x, .dy = dy, .weight = transposed, .dx = dx,
      .images_per_partial = dw->images_per_partial, .partials = dw->partials, .partial_stride = dw->stride};
  if (ck_is_winograd(s)) ck_winograd_backward(&call);
  else ck_direct_backward(&call);
  if (dw->sum) ck_reduce_weight_gradient(pool, s, partials_of(&call), dw);
}
