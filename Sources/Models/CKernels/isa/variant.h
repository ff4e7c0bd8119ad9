// The functions that exist once per instruction set, and the table through which they are called.
#ifndef BRHOST_VARIANT_H
#define BRHOST_VARIANT_H

#include "../pool.h"

// A row of a convolution, forward or backward: `pixels` outputs, each a sum over taps, input blocks and channels.
typedef struct row_plan {
  int32_t taps;                      // used kernel positions
  int64_t input_offset[CK_MAX_KERNEL * CK_MAX_KERNEL];   // floats from the input row's start, per tap
  int64_t weight_offset[CK_MAX_KERNEL * CK_MAX_KERNEL];  // floats from the weight's start, per tap
  int32_t input_blocks, last_lanes;  // channel blocks of the input; channels in the last of them
  int64_t input_block, input_step;   // floats between input blocks; between neighbouring outputs' inputs
  int64_t weight_input_block, weight_output_block;
  int64_t output_block, output_step;
  int32_t pixels, accumulate;
} row_plan;

// Inner products of `count` rows of `columns` floats, added to the lower triangle of `products`.
typedef struct gram_plan {
  int64_t count, columns, stride;  // floats between rows: `stride`
  const float *rows;
  float *products;
  int64_t products_stride;
} gram_plan;

// The floats of a row that are multiplied before the next row's: four rows of one operand fit the first cache.
#define GRAM_STRETCH 768

typedef struct ck_variant {
  const char *name;
  int32_t output_blocks;  // output blocks that `row` computes at once, at most
  void (*row)(const row_plan *plan, int32_t output_blocks, const float *x, const float *w, float *y);
  // gradient [16 in][16 out] += sum over rows and pixels of x[pixel][in] * dy[pixel][out]
  void (*outer)(int32_t lanes, int32_t rows, int32_t pixels, const float *x, int64_t x_row, int64_t x_step,
                const float *dy, float *gradient);
  void (*moments)(int32_t pixels, const float *x, float *mean, float *deviation);
  void (*affine)(int32_t pixels, const float *x, const float *mean, const float *scale, const float *shift, float *y);
  void (*products)(int32_t pixels, const float *x, const float *dy, const float *mean, float *sum, float *product);
  void (*affine_backward)(int32_t pixels, const float *x, const float *dy, const float *mean, const float *a,
                          const float *b, const float *c, float *dx, int32_t accumulate);
  void (*relu)(int64_t count, float *x);
  void (*relu_backward)(int64_t count, const float *y, float *dy);
  void (*add)(int64_t count, const float *x, float *y, int32_t accumulate);
  void (*sgd)(const ck_sgd *rule, int64_t count, const float *gradient, float *velocity, float *value);
  // The block of rows first ..< last and columns from ..< to, where not wholly above the diagonal.
  void (*gram)(const gram_plan *plan, int64_t first, int64_t last, int64_t from, int64_t to);
} ck_variant;

// The variant in use.
const ck_variant *variant(void);

#endif
