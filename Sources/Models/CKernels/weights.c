// Between PyTorch's weight [outputs][inputs][kernel][kernel] and the forms that the kernels read and write. A block of
// 16 inputs and 16 outputs is one piece.
#include "convolution.h"

#include <string.h>

typedef struct call {
  const ck_convolution *shape;
  const float *weight, *scale;   // [outputs][inputs][kernel][kernel], [outputs]
  float *forward, *transposed;   // prepared
  int64_t partials;
  const ck_weight_gradient *dw;
} call;

size_t ck_direct_weight_count(const ck_convolution *s) {
  return (size_t)ck_blocks(s->inputs) * ck_blocks(s->outputs) * s->kernel * s->kernel * CK_LANES * CK_LANES;
}

typedef float block_taps[CK_MAX_KERNEL * CK_MAX_KERNEL][CK_LANES] __attribute__((aligned(64)));

// The taps of one input with the block's outputs in the lanes, or of one output with the block's inputs.
static void gather(const call *job, int32_t k, int32_t c, int outputs_in_lanes, block_taps taps) {
  const ck_convolution *s = job->shape;
  const int32_t count = s->kernel * s->kernel;
  for (int32_t i = 0; i < CK_LANES; i++) {
    const int32_t output = outputs_in_lanes ? k + i : k, input = outputs_in_lanes ? c : c + i;
    const int exists = output < s->outputs && input < s->inputs;
    const float *from = job->weight + ((int64_t)output * s->inputs + input) * count;
    const float scale = exists && job->scale ? job->scale[output] : 1;
    for (int32_t t = 0; t < count; t++) taps[t][i] = exists ? from[t] * scale : 0;
  }
}

// Writes the gathered taps of row `row` of [from][to] to a prepared weight.
static void put(
    const ck_convolution *s, block_taps taps, int32_t row, int32_t rows, int32_t to, int32_t columns, float *weight) {
  const int32_t count = s->kernel * s->kernel;
  if (ck_is_winograd(s)) {
    ck_kernels()->wino_weight(taps[0], weight + ((int64_t)(to / CK_LANES) * rows + row) * 6 * CK_LANES,
                           (int64_t)6 * rows * columns, CK_LANES);
    return;
  }
  const int64_t block = (int64_t)(to / CK_LANES) * (rows / CK_LANES) + row / CK_LANES;
  for (int32_t t = 0; t < count; t++) {
    memcpy(weight + ((block * count + t) * CK_LANES + row % CK_LANES) * CK_LANES, taps[t], sizeof taps[t]);
  }
}

static void prepare_block(void *context, int64_t index, int32_t worker) {
  const call *job = context;
  (void)worker;
  const ck_convolution *s = job->shape;
  const int32_t inputs = ck_blocks(s->inputs) * CK_LANES, outputs = ck_blocks(s->outputs) * CK_LANES;
  const int32_t k = (int32_t)(index / ck_blocks(s->inputs)) * CK_LANES;
  const int32_t c = (int32_t)(index % ck_blocks(s->inputs)) * CK_LANES;
  block_taps taps;
  for (int32_t i = 0; i < CK_LANES; i++) {
    gather(job, k, c + i, 1, taps);
    put(s, taps, c + i, inputs, k, outputs, job->forward);
    if (!job->transposed) continue;
    gather(job, k + i, c, 0, taps);
    put(s, taps, k + i, outputs, c, inputs, job->transposed);
  }
}

void ck_prepare_weight(
    ck_pool *pool, const ck_convolution *s, const float *weight, const float *scale, float *forward,
    float *transposed) {
  call job = {.shape = s, .weight = weight, .scale = scale, .forward = forward, .transposed = transposed};
  ck_parallel_for(pool, (int64_t)ck_blocks(s->inputs) * ck_blocks(s->outputs), prepare_block, &job);
}

// Adds the partial sums of one block in their order and scatters them to the dense gradient.
static void reduce_block(void *context, int64_t index, int32_t worker) {
  const call *job = context;
  (void)worker;
  const ck_convolution *s = job->shape;
  const int32_t count = s->kernel * s->kernel;
  const int64_t block = (int64_t)count * CK_LANES * CK_LANES;
  float sum[CK_MAX_KERNEL * CK_MAX_KERNEL * CK_LANES * CK_LANES] __attribute__((aligned(64)));
  for (int64_t p = 0; p < job->partials; p++) {
    ck_kernels()->add(block, job->dw->partials + p * job->dw->stride + index * block, sum, p > 0);
  }
  const int32_t k = (int32_t)(index / ck_blocks(s->inputs)) * CK_LANES;
  const int32_t c = (int32_t)(index % ck_blocks(s->inputs)) * CK_LANES;
  for (int32_t i = 0; i < CK_LANES && k + i < s->outputs; i++) {
    for (int32_t j = 0; j < CK_LANES && c + j < s->inputs; j++) {
      float *to = job->dw->sum + ((int64_t)(k + i) * s->inputs + c + j) * count;
      for (int32_t t = 0; t < count; t++) to[t] = sum[(t * CK_LANES + j) * CK_LANES + i];
    }
  }
}

void ck_reduce_weight_gradient(
    ck_pool *pool, const ck_convolution *s, int64_t partials, const ck_weight_gradient *dw) {
  call job = {.shape = s, .partials = partials, .dw = dw};
  ck_parallel_for(pool, (int64_t)ck_blocks(s->inputs) * ck_blocks(s->outputs), reduce_block, &job);
}
