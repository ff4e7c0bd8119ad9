// Winograd convolution, F(4x4, 3x3), fused with what stands before and after it.
//
// An image is cut into tiles of 4x4 outputs. A few whole rows of tiles make a group whose operands stay in the nearest
// caches: the input is read, activated and transformed along columns in one go; then, for each of the six transform
// rows, four tiles at a time are transformed along rows, multiplied in all six positions and transformed back before
// they leave the registers. A quarter of a direct convolution's products, and no transformed tensor reaches memory.
//
// The backward pass is one pass over the same groups: the transformed output gradient serves the weight gradient,
// which is summed in the transform domain, and the input gradient, which is the adjoint of the forward pass. The
// transformed input is made again, which is cheaper than keeping it.
//
// Between products, a few lines of what the next group reads and this one writes are asked for (`lookahead`), which
// saves a tenth of the time. docs/engine.md has the figures behind all of this.
#include "groups.h"

#include <string.h>

// MARK: - Into the transform domain

static void transform_columns(
    const geometry *g, const ck_source *x, int keep, int64_t first, int32_t rows, const operands *o) {
  wino_window window = {.height = g->in.height, .width = g->in.width, .before = 1, .pixels = g->padded_width,
                        .keep = keep, .stride = g->t_row};
  for (run r = {0}; ck_next_run(g, first, rows, &r);) {
    for (int32_t b = 0; b < g->in.blocks; b++) {
      for (int32_t i = 0; i < r.count; i++) {
        window.first = 4 * (r.first + i) - 1;
        float *to = o->t + ((r.row + i) * (int64_t)g->in.blocks + b) * g->padded_width * CK_LANES;
        const int64_t at = (r.image * g->in.blocks + b) * plane_floats(g->in);
        ck_kernels()->wino_columns(x, &window, at, b * CK_LANES, to);
      }
    }
  }
}

static void transform_gradient_columns(
    const geometry *g, const ck_source *dy, int64_t first, int32_t rows, const operands *o) {
  wino_window window = {.height = g->out.height, .width = g->out.width, .pixels = 4 * g->tiles, .stride = g->g_row};
  for (run r = {0}; ck_next_run(g, first, rows, &r);) {
    for (int32_t b = 0; b < g->out.blocks; b++) {
      for (int32_t i = 0; i < r.count; i++) {
        window.first = 4 * (r.first + i);
        float *to = o->g + ((r.row + i) * (int64_t)g->out.blocks + b) * 4 * g->tiles * CK_LANES;
        const int64_t at = (r.image * g->out.blocks + b) * plane_floats(g->out);
        ck_kernels()->wino_gradient_columns(dy, &window, at, b * CK_LANES, to);
      }
    }
  }
}

// MARK: - Forward

static void write_outputs(
    const convolution_call *call, const geometry *g, int64_t first, int32_t rows, const operands *o) {
  const ck_result *result = call->result;
  const int64_t plane = plane_floats(g->out), width = (int64_t)g->out.width * CK_LANES;
  const int64_t tile = (int64_t)g->outputs * 4;
  for (run r = {0}; ck_next_run(g, first, rows, &r);) {
    for (int32_t i = 0; i < r.count; i++) {
      const int32_t top = 4 * (r.first + i);
      for (int32_t b = 0; b < g->out.blocks; b++) {
        const int64_t at = (r.image * g->out.blocks + b) * plane + top * width, channel = b * CK_LANES;
        const wino_output output = {
            .width = g->out.width, .starts = top == 0, .xi_stride = g->z_row,
            .tile_stride = tile, .origin = o->origin + channel,
            .sum = result->mean ? o->sum + channel : NULL, .squares = o->squares + channel,
            .shift = result->shift ? result->shift + channel : NULL,
            .residual = result->residual ? result->residual + at : NULL, .rectified = result->rectified};
        const int32_t left = g->out.height - top;
        ck_kernels()->wino_output_columns(&output, left < 4 ? left : 4,
                                       o->z + (int64_t)(r.row + i) * g->tiles * tile + b * 4 * CK_LANES,
                                       result->y + at);
      }
    }
    if (!result->mean || r.first + r.count < g->tile_rows) continue;
    const float pixels = (float)(g->out.height * g->out.width);
    for (int32_t c = 0; c < g->outputs; c++) {
      result->mean[r.image * g->outputs + c] = o->origin[c] + o->sum[c] / pixels;
      const float deviation = o->squares[c] - o->sum[c] * (o->sum[c] / pixels);
      result->deviation[r.image * g->outputs + c] = deviation < 0 ? 0 : deviation;  // NaN stays NaN
    }
  }
}

// Tile rows first ..< first + rows; those of the next group begin at `then`.
static void forward_group(
    const convolution_call *call, const geometry *g, wino_group *group, int64_t first, int32_t rows, int64_t then,
    const operands *o) {
  group->tiles = rows * g->tiles;
  group->ahead.streams = 0;
  const int32_t pieces = 6 * g->out.blocks * ((group->tiles + 3) / 4);
  const int32_t next = rows_at(g, then, call->images * g->tile_rows);
  ck_look_ahead_rows(&group->ahead, g, g->in, call->x->x, 0, then, next, pieces);
  ck_look_ahead_rows(&group->ahead, g, g->in, call->x->residual, 0, then, next, pieces);
  ck_look_ahead_rows(&group->ahead, g, g->in, call->x->kept, 1, then, next, pieces);
  ck_look_ahead_rows(&group->ahead, g, g->out, call->result->y, 1, first, rows, pieces);
  transform_columns(g, call->x, 1, first, rows, o);
  const int64_t u_row = 6 * (int64_t)g->inputs * g->outputs;
  for (int i = 0; i < 6; i++) {
    ck_kernels()->wino_forward_row(
        group, o->t + i * g->t_row, call->weight + i * u_row, o->v, o->z + i * g->z_row);
  }
  write_outputs(call, g, first, rows, o);
}

static void forward_piece(void *context, int64_t index, int32_t worker) {
  const convolution_call *call = context;
  const geometry g = ck_geometry_of(call->shape, FORWARD_TILES);
  arena scratch = {ck_pool_scratch(call->pool, worker), 0};
  const operands o = ck_forward_operands(&g, &scratch);
  wino_group group = ck_group_of(&g, &o);
  const int64_t from = index * images_per_piece(&g), to = from + images_per_piece(&g);
  const int64_t end = (to < call->images ? to : call->images) * g.tile_rows;
  for (int64_t row = from * g.tile_rows; row < end; row += g.group) {
    const int32_t rows = rows_at(&g, row, end);
    // The piece that this worker will probably take next begins where the other workers' pieces end.
    const int64_t later = (index + ck_pool_threads(call->pool)) * images_per_piece(&g) * g.tile_rows;
    const int64_t then = row + rows < end ? row + rows : later;
    forward_group(call, &g, &group, row, rows, then, &o);
  }
}

void ck_winograd_forward(const convolution_call *call) {
  const geometry g = ck_geometry_of(call->shape, FORWARD_TILES);
  const int64_t pieces = (call->images + images_per_piece(&g) - 1) / images_per_piece(&g);
  ck_parallel_for(call->pool, pieces, forward_piece, (void *)call);
}

// MARK: - Backward

static void write_input_gradient(
    const convolution_call *call, const geometry *g, int64_t first, int32_t rows, const operands *o) {
  const ck_gradient *dx = call->dx;
  const int64_t plane = plane_floats(g->in), width = (int64_t)g->in.width * CK_LANES;
  const int64_t padded = (int64_t)g->padded_width * CK_LANES;
  for (run r = {0}; ck_next_run(g, first, rows, &r);) {
    if (r.first == 0 && dx->sum) {
      memset(dx->sum + r.image * g->inputs, 0, sizeof(float) * (size_t)g->inputs);
      memset(dx->product + r.image * g->inputs, 0, sizeof(float) * (size_t)g->inputs);
    }
    for (int32_t i = 0; i < r.count; i++) {
      const int32_t top = 4 * (r.first + i) - 1, last = r.first + i == g->tile_rows - 1;
      for (int32_t b = 0; b < g->in.blocks; b++) {
        const wino_input input = {
            .gradient = dx, .channel = b * CK_LANES, .width = g->in.width, .starts = top < 0,
            .first = top < 0 ? 1 : 0, .end = last ? g->in.height - top : 4,
            .xi_stride = g->t_row, .sums_at = r.image * g->inputs + b * CK_LANES,
            .carry = o->carry + b * 2 * width};
        const float *w = o->t + ((r.row + i) * (int64_t)g->in.blocks + b) * padded + CK_LANES;
        ck_kernels()->wino_input_columns(&input, w, (r.image * g->in.blocks + b) * plane + top * width);
      }
    }
  }
}

static void backward_group(
    const convolution_call *call, const geometry *g, wino_group *group, int64_t first, int32_t rows, int64_t then,
    int32_t accumulate, const operands *o) {
  group->tiles = rows * g->tiles;
  group->ahead.streams = 0;
  const int32_t pieces = 6 * g->in.blocks * ((group->tiles + 3) / 4);
  const int32_t next = rows_at(g, then, call->images * g->tile_rows);
  ck_look_ahead_rows(&group->ahead, g, g->in, call->x->x, 0, then, next, pieces);
  ck_look_ahead_rows(&group->ahead, g, g->out, call->dy->x, 0, then, next, pieces);
  ck_look_ahead_rows(&group->ahead, g, g->out, call->dy->residual, 0, then, next, pieces);
  if (call->dx) {
    ck_look_ahead_rows(&group->ahead, g, g->in, call->dx->dx, 1, first, rows, pieces);
    ck_look_ahead_rows(&group->ahead, g, g->in, call->dx->normalized, 0, first, rows, pieces);
  }
  const int64_t u_row = 6 * (int64_t)g->inputs * g->outputs;
  transform_columns(g, call->x, 0, first, rows, o);
  transform_gradient_columns(g, call->dy, first, rows, o);
  for (int i = 0; i < 6; i++) {
    const float *u = call->dx ? call->weight + i * u_row : NULL;
    ck_kernels()->wino_backward_row(
        group, o->t + i * g->t_row, o->g + i * g->g_row, u, o->v, o->m, o->du + i * u_row, accumulate);
  }
  if (call->dx) write_input_gradient(call, g, first, rows, o);
}

// du [6][KB][CB][6][16][16] -> partial [KB][CB][9][16][16].
static void write_partial(const geometry *g, const float *du, float *partial) {
  const int64_t row = 6 * (int64_t)g->inputs * g->outputs, step = CK_LANES * CK_LANES;
  for (int32_t b = 0; b < g->out.blocks * g->in.blocks; b++, du += 6 * step, partial += 9 * step) {
    for (int32_t c = 0; c < CK_LANES; c++)
      ck_kernels()->wino_weight_gradient(du + c * CK_LANES, row, step, partial + c * CK_LANES, step);
  }
}

static void backward_piece(void *context, int64_t index, int32_t worker) {
  const convolution_call *call = context;
  const geometry g = ck_geometry_of(call->shape, BACKWARD_TILES);
  arena scratch = {ck_pool_scratch(call->pool, worker), 0};
  const operands o = ck_backward_operands(&g, &scratch);
  wino_group group = ck_group_of(&g, &o);
  const int64_t from = index * call->images_per_partial, to = from + call->images_per_partial;
  const int64_t start = from * g.tile_rows, end = (to < call->images ? to : call->images) * g.tile_rows;
  for (int64_t row = start; row < end; row += g.group) {
    const int32_t rows = rows_at(&g, row, end);
    const int64_t later = (index + ck_pool_threads(call->pool)) * call->images_per_partial * g.tile_rows;
    const int64_t then = row + rows < end ? row + rows : later;
    backward_group(call, &g, &group, row, rows, then, row > start, &o);
  }
  write_partial(&g, o.du, call->partials + index * call->partial_stride);
}

void ck_winograd_backward(const convolution_call *call) {
  ck_parallel_for(call->pool, partials_of(call), backward_piece, (void *)call);
}
