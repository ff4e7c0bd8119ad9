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

// MARK: - Memory

#define CK_ALIGNMENT 64

// `bytes` of zeroed memory from an aligned address on, or NULL; to be freed with the same number of bytes.
void *ck_allocate(size_t bytes);
void ck_free(void *memory, size_t bytes);

// Ends the process with status 1, for it cannot have `bytes` more: with a message in place of a trace, for callers
// that cannot fail. Whoever can asks before; this is for memory that others took meanwhile.
_Noreturn void ck_end_without_memory(size_t bytes);

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

// MARK: - Activations

// What a layer reads: x * scale + shift + residual * residual_scale, rectified; parts that are NULL are left out.
// The one reader of an activation applies this as it loads; the first of several keeps the values for the others.
// Images are [N][CB][H][W][16], vectors of channels [CB * 16].
typedef struct ck_source {
  const float *x, *scale, *shift;
  const float *residual, *residual_scale;
  int32_t rectified;
  float *kept;  // where a forward pass writes the values, and a backward pass finds them; NULL: nowhere
} ck_source;

// What becomes of an activation's gradient once all its readers have added to it: zero where the rectifier was shut,
// and the sums over each image's pixels that the batch normalisation below needs.
typedef struct ck_gradient {
  float *dx;                       // as the activation
  int32_t accumulate;              // 1: dx holds what other readers have added; 0: dx is overwritten
  const ck_source *values;         // the activation; NULL: no rectifier
  const float *normalized, *mean;  // the batch normalisation's input and its means, [CB * 16]
  float *sum, *product;            // of dx and of dx * (normalized - mean), [N][CB * 16], overwritten; NULL: not wanted
} ck_gradient;

// Writes source->kept. `pixels` = H * W, `blocks` = CB, here and below.
void ck_activate(ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const ck_source *source);
// Finishes a gradient that is complete in gradient->dx.
void ck_finish_gradient(ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const ck_gradient *gradient);
// Per image and channel: mean and sum of squared deviations from it; both [N][CB * 16], overwritten.
void ck_channel_moments(
    ck_pool *pool, int64_t images, int32_t blocks, int32_t pixels, const float *x, float *mean, float *deviation);

// The batch's mean and sum of squared deviations from the images', in double precision and in their order
// (Chan, Golub and LeVeque, 1983); `channels` = CB * 16.
void ck_combine_moments(
    int64_t images, int32_t channels, int32_t pixels, const float *mean, const float *deviation, double *total_mean,
    double *total_deviation);
// total [channels] = the sum over images of x [images][channels].
void ck_sum_images(int64_t images, int32_t channels, const float *x, double *total);

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

// The floats of a prepared weight, and of a blocked weight gradient [KB][CB][kernel][kernel][16 in][16 out].
size_t ck_prepared_weight_count(const ck_convolution *shape);
size_t ck_weight_gradient_count(const ck_convolution *shape);

// weight [outputs][inputs][kernel][kernel], output k times scale[k] where scale is not NULL, to the form that the
// forward pass reads and, where `transposed` is not NULL, to that of the input gradient; both overwritten.
void ck_prepare_weight(
    ck_pool *pool, const ck_convolution *shape, const float *weight, const float *scale, float *forward,
    float *transposed);

// What becomes of a convolution's results y [N][KB][OH][OW][16].
typedef struct ck_result {
  float *y;
  // Training: per image and channel the mean and the sum of squared deviations, [N][KB * 16], overwritten.
  float *mean, *deviation;
  // Evaluation, where mean is NULL: y + shift + residual, rectified; parts that are NULL are left out.
  const float *shift, *residual;
  int32_t rectified;
} ck_result;

// result = x * weight; overwritten.
void ck_convolution_forward(
    ck_pool *pool, const ck_convolution *shape, int64_t images, const ck_source *x, const float *forward,
    const ck_result *result);

// The gradient by the weight, as sums over a few images each and over all of them.
typedef struct ck_weight_gradient {
  int32_t images_per_partial;  // 1: the partial sums are per-sample gradients
  float *partials;             // blocked weight gradients, one for every `images_per_partial` images; overwritten
  int64_t stride;              // floats from one to the next, at least ck_weight_gradient_count
  float *sum;                  // [outputs][inputs][kernel][kernel], overwritten; NULL: not wanted
} ck_weight_gradient;

// Both gradients; `dx` NULL: not wanted.
void ck_convolution_backward(
    ck_pool *pool, const ck_convolution *shape, int64_t images, const ck_source *x, const ck_source *dy,
    const float *transposed, const ck_gradient *dx, const ck_weight_gradient *dw);

// MARK: - Optimizer

// One step of stochastic gradient descent over `count` floats (PyTorch's coupled form):
//   g = gradient + decay * value;  v = momentum * v + g;  value -= rate * (nesterov ? g + momentum * v : v)
typedef struct ck_sgd { float rate, momentum, decay; int32_t nesterov; } ck_sgd;
void ck_sgd_update(const ck_sgd *rule, int64_t count, const float *gradient, float *velocity, float *value);

// 1 where none of `count` floats is infinite or NaN, else 0.
int32_t ck_all_finite(int64_t count, const float *values);

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
