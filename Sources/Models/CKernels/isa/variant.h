// The functions that exist once per instruction set, and the table through which they are called.
#ifndef BRHOST_VARIANT_H
#define BRHOST_VARIANT_H

#include "../pool.h"

// Memory that will be used soon, asked for piece by piece between products: `step` bytes a time of each stream.
typedef struct stream { const char *next, *end; int64_t step; int32_t written; } stream;
enum { MAX_STREAMS = 16 };
typedef struct lookahead { int32_t streams; stream stream[MAX_STREAMS]; } lookahead;

// A row of a direct convolution, forward or backward: `pixels` outputs, each a sum over taps, input blocks and
// channels.
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

// An image's output gradient, and how its pixels meet those of the input.
typedef struct outer_plan {
  int32_t rows, pixels;     // of the output
  int64_t x_row, x_step;    // floats between the inputs of neighbouring rows and pixels
  const float *dy;          // the first output of one block
  int64_t dy_row;
} outer_plan;

// Rows of one channel block of one image to be read with zeros around them.
typedef struct read_window {
  int32_t height, width;         // of the image
  int32_t first, rows;           // the rows wanted; those outside the image are zero
  int32_t before, padded_width;  // zero pixels to the left; pixels of a padded row
  int32_t keep;                  // whether to keep the values
} read_window;

// A tile row's pixels in one channel block.
typedef struct wino_window {
  int32_t height, width;   // of the image
  int32_t first;           // the image row of the first row
  int32_t before, pixels;  // zero pixels to the left; pixels of a transformed row
  int32_t keep;            // whether to keep the rows that are this tile row's own, the second to the fifth
  int64_t stride;          // floats between the six transformed rows
} wino_window;

// A group of tiles and the shapes of its transform rows.
typedef struct wino_group {
  int32_t tiles, row_tiles;              // of the group; of a tile row
  int32_t input_blocks, output_blocks;
  int32_t input_pixels, output_pixels;   // of a transformed row
  const int32_t *input_at, *output_at;   // [tiles] floats to a tile's first pixel in a transform row
  lookahead ahead;                          // what the next group needs
} wino_group;

// The outputs of one tile row in one block, out of the transform domain.
typedef struct wino_output {
  int32_t width, starts;         // pixels of a row; 1 in an image's first tile row
  int64_t xi_stride, tile_stride;
  float *origin, *sum, *squares; // [16]: a first value, and the sums of differences from it; NULL: finish instead
  const float *shift, *residual; // [16], and as y
  int32_t rectified;
} wino_output;

// The input gradients of one tile row in one block, out of the transform domain.
typedef struct wino_input {
  const ck_gradient *gradient;
  int32_t channel, width, starts;
  int32_t first, end;            // of the tile row's six rows, those that are complete and inside the image
  int64_t xi_stride, sums_at;
  float *carry;                  // [2][width][16]
} wino_input;

enum { GATE_NONE, GATE_KEPT, GATE_AFFINE, GATE_ANY };
static inline int gradient_gate(const ck_gradient *g) {
  if (!g->values || !g->values->rectified) return GATE_NONE;
  if (g->values->kept) return GATE_KEPT;
  return g->values->residual ? GATE_ANY : GATE_AFFINE;
}

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

  // Activations
  void (*read)(const ck_source *s, int64_t at, int32_t channel, int64_t count, int32_t keep, float *to);
  void (*read_rows)(const ck_source *s, const read_window *w, int64_t at, int32_t channel, float *to);
  void (*finish)(const ck_gradient *g, int64_t at, int32_t channel, int64_t sums_at, int64_t count);
  void (*moments)(int32_t pixels, const float *x, float *mean, float *deviation);

  void (*prefetch)(lookahead *a);

  // Direct convolution
  void (*row)(const row_plan *plan, int32_t output_blocks, const float *x, const float *w, float *y);
  void (*outer)(const outer_plan *o, int32_t taps, int32_t lanes, const float *x, float *gradient);
  void (*add)(int64_t count, const float *x, float *y, int32_t accumulate);

  // Winograd
  void (*wino_weight)(const float *taps, float *u, int64_t row, int64_t step);
  void (*wino_weight_gradient)(const float *du, int64_t row, int64_t step, float *taps, int64_t tap_stride);
  void (*wino_columns)(const ck_source *s, const wino_window *w, int64_t at, int32_t channel, float *t);
  void (*wino_gradient_columns)(const ck_source *s, const wino_window *w, int64_t at, int32_t channel, float *t);
  void (*wino_forward_row)(wino_group *g, const float *t, const float *u, float *v, float *z);
  void (*wino_backward_row)(wino_group *g, float *t, const float *dy, const float *u, float *v, float *m, float *du,
                            int32_t accumulate);
  void (*wino_output_columns)(const wino_output *o, int32_t rows, const float *z, float *y);
  void (*wino_input_columns)(const wino_input *o, const float *w, int64_t at);

  void (*sgd)(const ck_sgd *rule, int64_t count, const float *gradient, float *velocity, float *value);
  // The block of rows first ..< last and columns from ..< to, where not wholly above the diagonal.
  void (*gram)(const gram_plan *plan, int64_t first, int64_t last, int64_t from, int64_t to);
} ck_variant;

// The variant in use.
const ck_variant *ck_kernels(void);

#endif
