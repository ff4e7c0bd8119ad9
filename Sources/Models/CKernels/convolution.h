// A convolution's two algorithms, behind one set of entry points.
#ifndef BRHOST_CONVOLUTION_H
#define BRHOST_CONVOLUTION_H

#include "activation.h"

// The arguments of a call, handed to every piece of it.
typedef struct convolution_call {
  ck_pool *pool;
  const ck_convolution *shape;
  int64_t images;
  const ck_source *x, *dy;
  const float *weight;  // prepared: forward, or transposed for the input gradient
  const ck_result *result;
  const ck_gradient *dx;
  int32_t images_per_partial;
  float *partials;  // [ceil(images / images_per_partial)] times [KB][CB][taps][16 in][16 out]
  int64_t partial_stride;
} convolution_call;

// An image of channel blocks.
typedef struct image_size { int32_t blocks, height, width; } image_size;
static inline image_size input_size(const ck_convolution *s) {
  return (image_size){ck_blocks(s->inputs), s->height, s->width};
}
static inline image_size output_size(const ck_convolution *s) {
  return (image_size){ck_blocks(s->outputs), ck_output_size(s->height, s->kernel, s->stride, s->padding),
                      ck_output_size(s->width, s->kernel, s->stride, s->padding)};
}
// The floats of one block of an image.
static inline int64_t plane_floats(image_size i) { return (int64_t)i.height * i.width * CK_LANES; }

// The partial sums of a weight gradient, each a piece of the backward pass.
static inline int64_t partials_of(const convolution_call *c) {
  return (c->images + c->images_per_partial - 1) / c->images_per_partial;
}

// Adds `floats` floats from `x` on to what is asked for ahead, in `pieces` pieces; nothing where x is NULL.
void ck_look_ahead(lookahead *a, const float *x, int64_t floats, int written, int32_t pieces);

// Whether Winograd's algorithm applies and pays: 3x3, stride 1, at least a block of inputs.
int ck_is_winograd(const ck_convolution *s);

// A prepared weight: Winograd's [6][KB][CB * 16][6][16 out] and its transpose [6][CB][KB * 16][6][16 in].
size_t ck_winograd_weight_count(const ck_convolution *s);
size_t ck_winograd_scratch(const ck_convolution *s);
void ck_winograd_forward(const convolution_call *call);
void ck_winograd_backward(const convolution_call *call);

// A prepared weight: [KB][CB][taps][16 in][16 out] and its transpose [CB][KB][taps][16 out][16 in].
size_t ck_direct_weight_count(const ck_convolution *s);
size_t ck_direct_scratch(const ck_convolution *s);
void ck_direct_forward(const convolution_call *call);
void ck_direct_backward(const convolution_call *call);

// dw->sum from the `partials` partial sums, in their order.
void ck_reduce_weight_gradient(
    ck_pool *pool, const ck_convolution *s, int64_t partials, const ck_weight_gradient *dw);

#endif
