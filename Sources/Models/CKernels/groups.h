// How a batch is cut into groups of Winograd tiles, and where a worker keeps a group's operands.
#ifndef BRHOST_GROUPS_H
#define BRHOST_GROUPS_H

#include "convolution.h"

// The tiles of a group, at least one whole row of them. Twice or half as many make no difference that can be seen.
enum { FORWARD_TILES = 16, BACKWARD_TILES = 32 };

typedef struct geometry {
  int32_t inputs, outputs;            // channels, whole blocks
  int32_t tile_rows, tiles;           // of an image; of a tile row
  int32_t padded_width;               // 4 * tiles + 2: a tile row's input pixels
  int32_t group;                      // tile rows of a group
  int64_t group_tiles;                // in whole fours
  int64_t t_row, g_row, z_row;        // floats of one of the six transform rows of t, g and z
  image_size in, out;
} geometry;

geometry ck_geometry_of(const ck_convolution *shape, int32_t group_tiles);

// The images of one piece of the forward pass: enough to fill a group.
static inline int64_t images_per_piece(const geometry *g) { return (g->group + g->tile_rows - 1) / g->tile_rows; }

// The tile rows of the group at `row`, where `end` is the batch's or the piece's last.
static inline int32_t rows_at(const geometry *g, int64_t row, int64_t end) {
  return row >= end ? 0 : (int32_t)(end - row < g->group ? end - row : g->group);
}

// A stretch of a group's tile rows inside one image.
typedef struct run {
  int64_t image;
  int32_t first, count;  // tile rows of the image
  int32_t row;           // the group's row where it begins
} run;

// Moves from {0} to the first run of `rows` tile rows, then to the next; 0 where there is none.
int ck_next_run(const geometry *g, int64_t group_first, int32_t rows, run *r);

// A group's operands, one worker's. R tile rows of T tiles, P = 4 T + 2 pixels; C and K channels; n = R * T tiles, in
// whole fours.
typedef struct operands {
  float *t;       // [6][R][CB][P][16]         the input, its columns transformed; then the input gradient's columns
  float *g;       // [6][R][KB][4 T][16]       the output gradient, its columns transformed
  float *v;       // [n / 4][CB][6][4][16]     one transform row of the input
  float *m;       // [n / 4][KB][6][4][16]     one transform row of the output gradient
  float *z;       // [6][n][KB][4][16]         the output, its rows transformed back
  float *carry;   // [CB][2][W][16]            the input gradient's rows that the next tile row completes
  float *du;      // [6][KB][CB][6][16][16]    the weight gradient
  float *origin, *sum, *squares;  // [K]       the output's moments
  int32_t *input_at, *output_at;  // [n]       where a tile begins in a row of t and of g
} operands;

// Scratch memory, handed out piece by piece; without a base it only counts.
typedef struct arena { float *base; int64_t used; } arena;

operands ck_forward_operands(const geometry *g, arena *at);
operands ck_backward_operands(const geometry *g, arena *at);

// What the kernels know of all groups; `tiles` and `ahead` are set for each.
wino_group ck_group_of(const geometry *g, const operands *o);

// Asks for the pixels of tile rows first ..< first + rows of a tensor in `pieces` pieces, where they are whole images
// or rows of one.
void ck_look_ahead_rows(
    lookahead *a, const geometry *g, image_size size, const float *x, int written, int64_t first, int32_t rows,
    int32_t pieces);

#endif
