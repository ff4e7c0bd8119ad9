// The memory-bound kernels: per image and channel block, or per fixed stretch of a flat buffer.
#include "isa/variant.h"

typedef struct call {
  int64_t count;
  int32_t blocks, pixels, accumulate;
  const float *x, *dy, *mean, *a, *b, *c;
  float *y, *z;
} call;

// MARK: - Batch normalisation

static void moments_piece(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  for (int32_t b = 0; b < job->blocks; b++) {
    const int64_t at = (image * job->blocks + b) * CK_LANES;
    variant()->moments(job->pixels, job->x + at * job->pixels, job->y + at, job->z + at);
  }
}

void ck_channel_moments(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, float *mean, float *deviation) {
  call job = {.blocks = blocks, .pixels = pixels, .x = x, .y = mean, .z = deviation};
  ck_parallel_for(pool, images, moments_piece, &job);
}

static void affine_piece(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  for (int32_t b = 0; b < job->blocks; b++) {
    const int64_t at = (image * job->blocks + b) * CK_LANES * job->pixels, channel = b * CK_LANES;
    variant()->affine(job->pixels, job->x + at, job->mean + channel, job->a + channel, job->b + channel, job->y + at);
  }
}

void ck_channel_affine(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, const float *mean,
    const float *scale, const float *shift, float *y) {
  call job = {.blocks = blocks, .pixels = pixels, .x = x, .mean = mean, .a = scale, .b = shift, .y = y};
  ck_parallel_for(pool, images, affine_piece, &job);
}

static void products_piece(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  for (int32_t b = 0; b < job->blocks; b++) {
    const int64_t at = (image * job->blocks + b) * CK_LANES;
    variant()->products(job->pixels, job->x + at * job->pixels, job->dy + at * job->pixels,
                        job->mean + b * CK_LANES, job->y + at, job->z + at);
  }
}

void ck_channel_products(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, const float *dy,
    const float *mean, float *dy_sum, float *product_sum) {
  call job = {.blocks = blocks, .pixels = pixels, .x = x, .dy = dy, .mean = mean, .y = dy_sum, .z = product_sum};
  ck_parallel_for(pool, images, products_piece, &job);
}

static void affine_backward_piece(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  for (int32_t b = 0; b < job->blocks; b++) {
    const int64_t at = (image * job->blocks + b) * CK_LANES * job->pixels, channel = b * CK_LANES;
    variant()->affine_backward(job->pixels, job->x + at, job->dy + at, job->mean + channel, job->a + channel,
                               job->b + channel, job->c + channel, job->y + at, job->accumulate);
  }
}

void ck_channel_affine_backward(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, const float *dy,
    const float *mean, const float *a, const float *b, const float *c, float *dx, int32_t accumulate) {
  call job = {.blocks = blocks, .pixels = pixels, .x = x, .dy = dy, .mean = mean, .a = a, .b = b, .c = c,
              .y = dx, .accumulate = accumulate};
  ck_parallel_for(pool, images, affine_backward_piece, &job);
}

// MARK: - Flat buffers

enum { STRETCH = 1 << 16 };  // floats a piece

static int64_t stretches(int64_t count) { return (count + STRETCH - 1) / STRETCH; }
static int64_t stretch_length(const call *job, int64_t index) {
  const int64_t rest = job->count - index * STRETCH;
  return rest < STRETCH ? rest : STRETCH;
}

static void relu_piece(void *context, int64_t index, int32_t worker) {
  const call *job = context;
  (void)worker;
  variant()->relu(stretch_length(job, index), job->y + index * STRETCH);
}

void ck_relu(ck_pool *pool, int64_t count, float *x) {
  call job = {.count = count, .y = x};
  ck_parallel_for(pool, stretches(count), relu_piece, &job);
}

static void relu_backward_piece(void *context, int64_t index, int32_t worker) {
  const call *job = context;
  (void)worker;
  variant()->relu_backward(stretch_length(job, index), job->x + index * STRETCH, job->y + index * STRETCH);
}

void ck_relu_backward(ck_pool *pool, int64_t count, const float *y, float *dy) {
  call job = {.count = count, .x = y, .y = dy};
  ck_parallel_for(pool, stretches(count), relu_backward_piece, &job);
}

static void add_piece(void *context, int64_t index, int32_t worker) {
  const call *job = context;
  (void)worker;
  variant()->add(stretch_length(job, index), job->x + index * STRETCH, job->y + index * STRETCH, job->accumulate);
}

void ck_add(ck_pool *pool, int64_t count, const float *x, float *y, int32_t accumulate) {
  call job = {.count = count, .x = x, .y = y, .accumulate = accumulate};
  ck_parallel_for(pool, stretches(count), add_piece, &job);
}

void ck_sgd_update(const ck_sgd *rule, int64_t count, const float *gradient, float *velocity, float *value) {
  variant()->sgd(rule, count, gradient, velocity, value);
}
