// Vector kernels over channel-blocked activations, and the thread pool that runs them.
//
// Why C: clang's vector types keep 512-bit accumulators in registers, and function target attributes
// compile one source for several instruction sets; Swift has neither.
//
// Layout. An activation of N images with C channels is [N][CB][H][W][16] with CB = (C + 15) / 16: the 16
// channels of one pixel are one 64-byte vector. Channels beyond C are zero and stay zero. Every buffer is
// 64-byte aligned and belongs to the caller. Shapes are checked by the Swift side, not here.
//
// Determinism. Work is cut by a rule that does not depend on the number of threads, and partial sums are
// added in a fixed order: the same input gives the same bytes for any pool.
#ifndef BRHOST_CKERNELS_H
#define BRHOST_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#define CK_LANES 16

// MARK: - Threads

typedef struct ck_pool ck_pool;

// One piece of work: piece `index`, run by worker `worker` (the caller of ck_parallel_for is worker 0).
typedef void (*ck_piece)(void *context, int64_t index, int32_t worker);

// A pool of `threads` >= 1 workers, the caller included. NULL when threads or memory cannot be had.
ck_pool *ck_pool_create(int32_t threads);
void ck_pool_destroy(ck_pool *pool);
int32_t ck_pool_threads(const ck_pool *pool);

// Gives every worker at least `bytes` of scratch memory. 0, or -1 when memory cannot be had.
int32_t ck_pool_reserve(ck_pool *pool, size_t bytes);

// Runs pieces 0 ..< count, in any order, on all workers; returns when all are done. One caller at a time;
// a call from inside a piece runs its pieces in sequence.
void ck_parallel_for(ck_pool *pool, int64_t count, ck_piece piece, void *context);

// MARK: - Instruction sets

// The name of the compiled variant in use: "avx512", "avx2" or "baseline".
const char *ck_isa(void);
// 1 when this machine and this build have a variant of that name, else 0.
int32_t ck_has_isa(const char *name);
// Selects a variant by name; -1 when this machine or this build has none of that name.
int32_t ck_select_isa(const char *name);

// The most GFLOP/s that the pool's threads reach together with multiplications and additions in registers alone,
// measured with the variant in use over some 50 ms.
double ck_measure_peak(ck_pool *pool);

// MARK: - Convolution

#define CK_MAX_KERNEL 7

typedef struct ck_convolution {
  int32_t inputs, outputs;       // channels
  int32_t height, width;         // of the input, in pixels
  int32_t kernel, stride, padding;  // kernel <= CK_MAX_KERNEL
} ck_convolution;

static inline int32_t ck_blocks(int32_t channels) { return (channels + CK_LANES - 1) / CK_LANES; }
static inline int32_t ck_output_size(int32_t size, int32_t kernel, int32_t stride, int32_t padding) {
  return (size + 2 * padding - kernel) / stride + 1;
}

// The scratch bytes that each worker needs for any of the calls below.
size_t ck_convolution_scratch(const ck_convolution *shape);

// The floats of a blocked weight: [KB][CB][kernel][kernel][16 inputs][16 outputs].
size_t ck_blocked_weight_count(const ck_convolution *shape);

// weight [outputs][inputs][kernel][kernel] -> forward [KB][CB][kernel][kernel][16 in][16 out] and
// transposed [CB][KB][kernel][kernel][16 out][16 in]; both overwritten.
void ck_block_weight(const ck_convolution *shape, const float *weight, float *forward, float *transposed);

// blocked [KB][CB][kernel][kernel][16 in][16 out] added to gradient [outputs][inputs][kernel][kernel].
void ck_unblock_weight_gradient(const ck_convolution *shape, const float *blocked, float *gradient);

// y = x * forward; y [N][KB][OH][OW][16] is overwritten.
void ck_convolution_forward(
    ck_pool *pool, const ck_convolution *shape, int64_t images, const float *x, const float *forward, float *y);

// dx = dy * transposed; dx [N][CB][H][W][16] is overwritten, or added to when `accumulate` is 1.
void ck_convolution_backward_input(
    ck_pool *pool, const ck_convolution *shape, int64_t images, const float *dy, const float *transposed,
    float *dx, int32_t accumulate);

// The images whose weight gradients are summed into one partial sum.
#define CK_IMAGES_PER_PARTIAL 16

// dweight [KB][CB][kernel][kernel][16 in][16 out] = sum over images, overwritten. `partials` holds
// ceil(images / CK_IMAGES_PER_PARTIAL) blocked weights.
void ck_convolution_backward_weight(
    ck_pool *pool, const ck_convolution *shape, int64_t images, const float *x, const float *dy,
    float *partials, float *dweight);

// Per-sample weight gradients of output block `block`: rows [images][CB][kernel][kernel][16 in][16 out],
// overwritten.
void ck_convolution_sample_gradients(
    ck_pool *pool, const ck_convolution *shape, int64_t images, int32_t block, const float *x, const float *dy,
    float *rows);

// MARK: - Batch normalisation. `pixels` = H * W, `blocks` = CB; per-channel vectors are [CB * 16].

// Per image and channel: mean and sum of squared deviations from it; both [N][CB * 16], overwritten.
void ck_channel_moments(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, float *mean, float *deviation);

// y = (x - mean) * scale + shift; y is overwritten.
void ck_channel_affine(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, const float *mean,
    const float *scale, const float *shift, float *y);

// Per image and channel: sum of dy and of dy * (x - mean); both [N][CB * 16], overwritten.
void ck_channel_products(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, const float *dy,
    const float *mean, float *dy_sum, float *product_sum);

// dx = a * dy + b * (x - mean) + c; overwritten, or added to when `accumulate` is 1.
void ck_channel_affine_backward(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, const float *dy,
    const float *mean, const float *a, const float *b, const float *c, float *dx, int32_t accumulate);

// MARK: - Elementwise, over `count` floats, a multiple of 16

// x = max(x, 0), in place.
void ck_relu(ck_pool *pool, int64_t count, float *x);
// dy = 0 where y <= 0, in place.
void ck_relu_backward(ck_pool *pool, int64_t count, const float *y, float *dy);
// y = x, or y += x when `accumulate` is 1.
void ck_add(ck_pool *pool, int64_t count, const float *x, float *y, int32_t accumulate);

// One step of stochastic gradient descent over `count` floats (PyTorch's coupled form):
//   g = gradient + decay * value;  v = momentum * v + g;  value -= rate * (nesterov ? g + momentum * v : v)
typedef struct ck_sgd { float rate, momentum, decay; int32_t nesterov; } ck_sgd;
void ck_sgd_update(const ck_sgd *rule, int64_t count, const float *gradient, float *velocity, float *value);

// MARK: - Gram matrices

// Adds the inner products of `count` >= 1 rows of `columns` floats to the lower triangle of products [count][count];
// what is above the diagonal is left unspecified. `columns` and `stride`, the floats from row to row, are multiples
// of 16. Rows a multiple of 4096 bytes apart compete for the same cache lines: 16 floats more are faster.
void ck_gram_add(
    ck_pool *pool, int64_t count, int64_t columns, int64_t stride, const float *rows, float *products,
    int64_t products_stride);
// Copies the lower triangle of products [count][count] to the upper.
void ck_gram_mirror(int64_t count, float *products, int64_t stride);

// MARK: - Layout and pooling

// images [N][pixels][channels] -> x [N][CB][pixels][16], padding channels zero; overwritten.
void ck_block_images(
    ck_pool *pool, int64_t images, int32_t channels, int32_t pixels, const float *dense, float *x);

// Means over the pixels: y [N][CB * 16]; overwritten.
void ck_mean_pixels(ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, float *y);
// dx = dy / pixels for every pixel; overwritten, or added to when `accumulate` is 1.
void ck_mean_pixels_backward(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *dy, float *dx, int32_t accumulate);

// The parameter-free shortcut (option A): every `stride`-th pixel, channels shifted up by `offset`, the rest zero.
typedef struct ck_subsampling { int32_t inputs, outputs, height, width, stride, offset; } ck_subsampling;
void ck_subsample(ck_pool *pool, const ck_subsampling *shape, int64_t images, const float *x, float *y);
void ck_subsample_backward(
    ck_pool *pool, const ck_subsampling *shape, int64_t images, const float *dy, float *dx, int32_t accumulate);

// x [N][CB][pixels][16] -> rows [N][pad16(channels * pixels)] in the order (channel, pixel), padding zero;
// overwritten. The reverse is overwritten, or added to when `accumulate` is 1.
void ck_flatten(ck_pool *pool, int64_t images, int32_t channels, int32_t pixels, const float *x, float *rows);
void ck_flatten_backward(
    ck_pool *pool, int64_t images, int32_t channels, int32_t pixels, const float *rows, float *dx,
    int32_t accumulate);

#endif
