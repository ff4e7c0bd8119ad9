// Between dense rows and channel blocks, and the layers that only move values: all small next to a convolution.
#include <string.h>

#include "CKernels.h"

typedef struct call {
  const ck_subsampling *shape;
  int32_t channels, pixels, accumulate;
  const float *x;
  float *y;
} call;

static int64_t blocked_floats(int32_t channels, int64_t pixels) {
  return (int64_t)ck_blocks(channels) * pixels * CK_LANES;
}
// Where channel c of pixel p lives in [CB][pixels][16].
static int64_t blocked_index(int32_t c, int64_t p, int64_t pixels) {
  return ((c / CK_LANES) * pixels + p) * CK_LANES + c % CK_LANES;
}
static void put(float *to, float value, int32_t accumulate) { *to = accumulate ? *to + value : value; }

static void block_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  float *y = job->y + image * blocked_floats(job->channels, job->pixels);
  const float *x = job->x + image * job->pixels * job->channels;
  memset(y, 0, sizeof(float) * (size_t)blocked_floats(job->channels, job->pixels));
  for (int32_t p = 0; p < job->pixels; p++) {
    for (int32_t c = 0; c < job->channels; c++) y[blocked_index(c, p, job->pixels)] = *x++;
  }
}

void ck_block_images(
    ck_pool *pool, int64_t images, int32_t channels, int32_t pixels, const float *dense, float *x) {
  call job = {.channels = channels, .pixels = pixels, .x = dense, .y = x};
  ck_parallel_for(pool, images, block_image, &job);
}

// MARK: - Mean over pixels

static void mean_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  const int32_t blocks = job->channels;
  for (int32_t b = 0; b < blocks; b++) {
    const float *x = job->x + (image * blocks + b) * job->pixels * CK_LANES;
    float sum[CK_LANES] = {0};
    for (int32_t p = 0; p < job->pixels; p++) {
      for (int c = 0; c < CK_LANES; c++) sum[c] += x[p * CK_LANES + c];
    }
    for (int c = 0; c < CK_LANES; c++) job->y[(image * blocks + b) * CK_LANES + c] = sum[c] / (float)job->pixels;
  }
}

void ck_mean_pixels(ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, float *y) {
  call job = {.channels = blocks, .pixels = pixels, .x = x, .y = y};
  ck_parallel_for(pool, images, mean_image, &job);
}

static void mean_backward_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  const int32_t blocks = job->channels;
  for (int32_t b = 0; b < blocks; b++) {
    const float *dy = job->x + (image * blocks + b) * CK_LANES;
    float *dx = job->y + (image * blocks + b) * job->pixels * CK_LANES;
    for (int32_t p = 0; p < job->pixels; p++) {
      for (int c = 0; c < CK_LANES; c++) put(dx + p * CK_LANES + c, dy[c] / (float)job->pixels, job->accumulate);
    }
  }
}

void ck_mean_pixels_backward(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *dy, float *dx, int32_t accumulate) {
  call job = {.channels = blocks, .pixels = pixels, .accumulate = accumulate, .x = dy, .y = dx};
  ck_parallel_for(pool, images, mean_backward_image, &job);
}

// MARK: - Subsampling shortcut

static int32_t subsampled(int32_t size, int32_t stride) { return (size + stride - 1) / stride; }

static void subsample_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  const ck_subsampling *s = job->shape;
  (void)worker;
  const int32_t oh = subsampled(s->height, s->stride), ow = subsampled(s->width, s->stride);
  const int64_t in = (int64_t)s->height * s->width, out = (int64_t)oh * ow;
  const float *x = job->x + image * blocked_floats(s->inputs, in);
  float *y = job->y + image * blocked_floats(s->outputs, out);
  memset(y, 0, sizeof(float) * (size_t)blocked_floats(s->outputs, out));
  for (int32_t c = 0; c < s->inputs; c++) {
    for (int32_t h = 0; h < oh; h++) {
      for (int32_t w = 0; w < ow; w++) {
        const int64_t from = (int64_t)h * s->stride * s->width + w * s->stride;
        y[blocked_index(c + s->offset, (int64_t)h * ow + w, out)] = x[blocked_index(c, from, in)];
      }
    }
  }
}

void ck_subsample(ck_pool *pool, const ck_subsampling *shape, int64_t images, const float *x, float *y) {
  call job = {.shape = shape, .x = x, .y = y};
  ck_parallel_for(pool, images, subsample_image, &job);
}

static void subsample_backward_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  const ck_subsampling *s = job->shape;
  (void)worker;
  const int32_t oh = subsampled(s->height, s->stride), ow = subsampled(s->width, s->stride);
  const int64_t in = (int64_t)s->height * s->width, out = (int64_t)oh * ow;
  const float *dy = job->x + image * blocked_floats(s->outputs, out);
  float *dx = job->y + image * blocked_floats(s->inputs, in);
  if (!job->accumulate) memset(dx, 0, sizeof(float) * (size_t)blocked_floats(s->inputs, in));
  for (int32_t c = 0; c < s->inputs; c++) {
    for (int32_t h = 0; h < oh; h++) {
      for (int32_t w = 0; w < ow; w++) {
        const int64_t to = (int64_t)h * s->stride * s->width + w * s->stride;
        dx[blocked_index(c, to, in)] += dy[blocked_index(c + s->offset, (int64_t)h * ow + w, out)];
      }
    }
  }
}

void ck_subsample_backward(
    ck_pool *pool, const ck_subsampling *shape, int64_t images, const float *dy, float *dx, int32_t accumulate) {
  call job = {.shape = shape, .x = dy, .y = dx, .accumulate = accumulate};
  ck_parallel_for(pool, images, subsample_backward_image, &job);
}

// MARK: - Flattening

static int64_t row_floats(const call *job) {
  return ((int64_t)job->channels * job->pixels + CK_LANES - 1) / CK_LANES * CK_LANES;
}

static void flatten_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  const float *x = job->x + image * blocked_floats(job->channels, job->pixels);
  float *row = job->y + image * row_floats(job);
  memset(row, 0, sizeof(float) * (size_t)row_floats(job));
  for (int32_t c = 0; c < job->channels; c++) {
    for (int32_t p = 0; p < job->pixels; p++) *row++ = x[blocked_index(c, p, job->pixels)];
  }
}

void ck_flatten(ck_pool *pool, int64_t images, int32_t channels, int32_t pixels, const float *x, float *rows) {
  call job = {.channels = channels, .pixels = pixels, .x = x, .y = rows};
  ck_parallel_for(pool, images, flatten_image, &job);
}

static void flatten_backward_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  const float *row = job->x + image * row_floats(job);
  float *dx = job->y + image * blocked_floats(job->channels, job->pixels);
  if (!job->accumulate) memset(dx, 0, sizeof(float) * (size_t)blocked_floats(job->channels, job->pixels));
  for (int32_t c = 0; c < job->channels; c++) {
    for (int32_t p = 0; p < job->pixels; p++) dx[blocked_index(c, p, job->pixels)] += *row++;
  }
}

void ck_flatten_backward(
    ck_pool *pool, int64_t images, int32_t channels, int32_t pixels, const float *rows, float *dx,
    int32_t accumulate) {
  call job = {.channels = channels, .pixels = pixels, .x = rows, .y = dx, .accumulate = accumulate};
  ck_parallel_for(pool, images, flatten_backward_image, &job);
}
