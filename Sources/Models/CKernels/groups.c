#include "groups.h"

int ck_is_winograd(const ck_convolution *s) {
  return s->kernel == 3 && s->stride == 1 && s->padding == 1 && s->inputs >= CK_LANES;
}

size_t ck_winograd_weight_count(const ck_convolution *s) {
  return (size_t)36 * ck_blocks(s->inputs) * ck_blocks(s->outputs) * CK_LANES * CK_LANES;
}

geometry ck_geometry_of(const ck_convolution *s, int32_t group_tiles) {
  geometry g = {.in = input_size(s), .out = output_size(s)};
  g.inputs = g.in.blocks * CK_LANES;
  g.outputs = g.out.blocks * CK_LANES;
  g.tile_rows = (g.out.height + 3) / 4;
  g.tiles = (g.out.width + 3) / 4;
  g.padded_width = 4 * g.tiles + 2;
  g.group = g.tiles < group_tiles ? group_tiles / g.tiles : 1;
  g.group_tiles = ((int64_t)g.group * g.tiles + 3) / 4 * 4;
  // A line more than needed, so that the six do not compete for the same sets of the cache.
  g.t_row = (int64_t)g.group * g.padded_width * g.inputs + CK_LANES;
  g.g_row = (int64_t)g.group * 4 * g.tiles * g.outputs + CK_LANES;
  g.z_row = g.group_tiles * 4 * g.outputs + CK_LANES;
  return g;
}

int ck_next_run(const geometry *g, int64_t group_first, int32_t rows, run *r) {
  r->row += r->count;
  if (r->row >= rows) return 0;
  const int64_t at = group_first + r->row;
  r->image = at / g->tile_rows;
  r->first = (int32_t)(at % g->tile_rows);
  r->count = g->tile_rows - r->first < rows - r->row ? g->tile_rows - r->first : rows - r->row;
  return 1;
}

// MARK: - Operands

static float *take(arena *a, int64_t floats) {
  float *here = a->base ? a->base + a->used : NULL;
  a->used += (floats + CK_LANES - 1) / CK_LANES * CK_LANES;
  return here;
}

operands ck_forward_operands(const geometry *g, arena *at) {
  operands o = {0};
  o.t = take(at, 6 * g->t_row);
  o.v = take(at, 6 * g->group_tiles * g->inputs);
  o.z = take(at, 6 * g->z_row);
  o.origin = take(at, g->outputs);
  o.sum = take(at, g->outputs);
  o.squares = take(at, g->outputs);
  o.input_at = (int32_t *)take(at, g->group_tiles);
  return o;
}

operands ck_backward_operands(const geometry *g, arena *at) {
  operands o = {0};
  o.t = take(at, 6 * g->t_row);
  o.g = take(at, 6 * g->g_row);
  o.v = take(at, 6 * g->group_tiles * g->inputs);
  o.m = take(at, 6 * g->group_tiles * g->outputs);
  o.carry = take(at, 2 * (int64_t)g->in.width * g->inputs);
  o.du = take(at, 36 * (int64_t)g->inputs * g->outputs);
  o.input_at = (int32_t *)take(at, g->group_tiles);
  o.output_at = (int32_t *)take(at, g->group_tiles);
  return o;
}

size_t ck_winograd_scratch(const ck_convolution *s) {
  const geometry forward = ck_geometry_of(s, FORWARD_TILES), backward = ck_geometry_of(s, BACKWARD_TILES);
  arena a = {0}, b = {0};
  ck_forward_operands(&forward, &a);
  ck_backward_operands(&backward, &b);
  return (size_t)(a.used > b.used ? a.used : b.used) * sizeof(float);
}

wino_group ck_group_of(const geometry *g, const operands *o) {
  for (int32_t i = 0; i < g->group * g->tiles; i++) {
    const int32_t row = i / g->tiles, column = i % g->tiles;
    o->input_at[i] = row * g->padded_width * g->inputs + column * 4 * CK_LANES;
    if (o->output_at) o->output_at[i] = row * 4 * g->tiles * g->outputs + column * 4 * CK_LANES;
  }
  return (wino_group){
      .row_tiles = g->tiles, .input_blocks = g->in.blocks, .output_blocks = g->out.blocks,
      .input_pixels = g->padded_width, .output_pixels = 4 * g->tiles,
      .input_at = o->input_at, .output_at = o->output_at};
}

// MARK: - Ahead

void ck_look_ahead_rows(
    lookahead *a, const geometry *g, image_size size, const float *x, int written, int64_t first, int32_t rows,
    int32_t pieces) {
  if (!x || rows <= 0) return;
  const int64_t plane = plane_floats(size), image = size.blocks * plane;
  const int64_t tile_row = 4 * (int64_t)size.width * CK_LANES, inside = first % g->tile_rows * tile_row;
  const float *from = x + first / g->tile_rows * image;
  if (rows % g->tile_rows == 0) return ck_look_ahead(a, from, rows / g->tile_rows * image, written, pieces);
  for (int32_t b = 0; b < size.blocks; b++, from += plane) {
    const int64_t left = plane - inside;
    ck_look_ahead(a, from + inside, rows * tile_row < left ? rows * tile_row : left, written, pieces);
  }
}
