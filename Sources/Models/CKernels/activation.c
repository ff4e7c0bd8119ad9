// Activations and their gradients as passes of their own, where no convolution reads them; one image is one piece.
#include "activation.h"

#include <string.h>

typedef struct call {
  int32_t blocks, pixels;
  const ck_source *source;
  const ck_gradient *gradient;
  const float *x;
  float *mean, *deviation;
} call;

static void activate_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  const int64_t plane = (int64_t)job->pixels * CK_LANES;
  for (int32_t b = 0; b < job->blocks; b++) {
    ck_kernels()->read(job->source, (image * job->blocks + b) * plane, b * CK_LANES, plane, 1, NULL);
  }
}

void ck_activate(ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const ck_source *source) {
  call job = {.blocks = blocks, .pixels = pixels, .source = source};
  ck_parallel_for(pool, images, activate_image, &job);
}

void ck_finish_image(const ck_gradient *gradient, int64_t image, int32_t blocks, int32_t pixels) {
  if (gradient_gate(gradient) == GATE_NONE && !gradient->sum) return;
  const int64_t plane = (int64_t)pixels * CK_LANES;
  for (int32_t b = 0; b < blocks; b++) {
    const int64_t block = image * blocks + b;
    if (gradient->sum) {
      memset(gradient->sum + block * CK_LANES, 0, sizeof(float) * CK_LANES);
      memset(gradient->product + block * CK_LANES, 0, sizeof(float) * CK_LANES);
    }
    ck_kernels()->finish(gradient, block * plane, b * CK_LANES, block * CK_LANES, plane);
  }
}

static void finish_piece(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  ck_finish_image(job->gradient, image, job->blocks, job->pixels);
}

void ck_finish_gradient(ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const ck_gradient *gradient) {
  call job = {.blocks = blocks, .pixels = pixels, .gradient = gradient};
  ck_parallel_for(pool, images, finish_piece, &job);
}

static void moments_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  (void)worker;
  for (int32_t b = 0; b < job->blocks; b++) {
    const int64_t at = (image * job->blocks + b) * CK_LANES;
    ck_kernels()->moments(job->pixels, job->x + at * job->pixels, job->mean + at, job->deviation + at);
  }
}

void ck_channel_moments(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, float *mean, float *deviation) {
  call job = {.blocks = blocks, .pixels = pixels, .x = x, .mean = mean, .deviation = deviation};
  ck_parallel_for(pool, images, moments_image, &job);
}

// MARK: - Over the images of a batch

void ck_combine_moments(
    int64_t images, int32_t channels, int32_t pixels, const float *mean, const float *deviation, double *total_mean,
    double *total_deviation) {
  ck_sum_images(images, channels, mean, total_mean);
  for (int32_t c = 0; c < channels; c++) total_mean[c] /= (double)images;
  ck_sum_images(images, channels, deviation, total_deviation);
  for (int64_t i = 0; i < images; i++) {
    for (int32_t c = 0; c < channels; c++) {
      const double difference = mean[i * channels + c] - total_mean[c];
      total_deviation[c] += pixels * difference * difference;
    }
  }
}

void ck_sum_images(int64_t images, int32_t channels, const float *x, double *total) {
  for (int32_t c = 0; c < channels; c++) total[c] = 0;
  for (int64_t i = 0; i < images; i++) {
    for (int32_t c = 0; c < channels; c++) total[c] += x[i * channels + c];
  }
}
