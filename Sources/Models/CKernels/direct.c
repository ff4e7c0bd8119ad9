// Direct convolution over channel blocks, for the shapes that Winograd's algorithm does not cover: one image is one
// piece of work. Its pixels are read into the worker's scratch with the zero padding around them, so that the inner
// loops know no border; what follows is done while the image is in the cache.
#include "convolution.h"

#include <string.h>

// Zeros around an image's pixels.
typedef struct border { int32_t before, after; } border;

static int32_t floor_div(int32_t a, int32_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }

// Around the input, for the forward pass and the weight gradient.
static border input_border(const ck_convolution *s) { return (border){s->padding, s->padding}; }

// Around the output gradient, for the input gradient: outputs that do not exist read as zero.
static border output_border(const ck_convolution *s) {
  const image_size out = output_size(s);
  const int32_t last = max32((s->height - 1 + s->padding) / s->stride - (out.height - 1),
                             (s->width - 1 + s->padding) / s->stride - (out.width - 1));
  return (border){max32(0, -floor_div(s->padding - (s->kernel - 1), s->stride)), max32(0, last)};
}

static int64_t padded_width(image_size i, border b) { return i.width + b.before + b.after; }
static int64_t padded_plane(image_size i, border b) {
  return padded_width(i, b) * (i.height + b.before + b.after) * CK_LANES;
}
static int64_t input_floats(const ck_convolution *s) {
  return input_size(s).blocks * padded_plane(input_size(s), input_border(s));
}
static int64_t output_floats(const ck_convolution *s) {
  return output_size(s).blocks * padded_plane(output_size(s), output_border(s));
}

size_t ck_direct_scratch(const ck_convolution *s) {
  return (size_t)(input_floats(s) + output_floats(s)) * sizeof(float);
}

// Reads an image's blocks into `to`, each with its border.
static void read_padded(
    const ck_source *x, image_size size, border b, int64_t image, int keep, float *to) {
  const read_window window = {
      .height = size.height, .width = size.width, .first = -b.before, .rows = size.height + b.before + b.after,
      .before = b.before, .padded_width = (int32_t)padded_width(size, b), .keep = keep};
  for (int32_t i = 0; i < size.blocks; i++, to += padded_plane(size, b)) {
    ck_kernels()->read_rows(x, &window, (image * size.blocks + i) * plane_floats(size), i * CK_LANES, to);
  }
}

// Asks for an image of a source that will be read next.
static void look_ahead_source(
    lookahead *a, const ck_source *x, image_size size, int64_t image, int64_t images, int32_t pieces) {
  const int64_t floats = size.blocks * plane_floats(size), at = image * floats;
  if (image >= images) return;
  ck_look_ahead(a, x->x + at, floats, 0, pieces);
  if (x->residual) ck_look_ahead(a, x->residual + at, floats, 0, pieces);
}

// MARK: - Rows

// All output blocks of one row, as many at once as the register tile holds.
static void rows_of_blocks(const row_plan *plan, int32_t blocks, const float *x, const float *w, float *y) {
  const ck_variant *v = ck_kernels();
  for (int32_t b = 0; b < blocks; b += v->output_blocks) {
    const int32_t count = blocks - b < v->output_blocks ? blocks - b : v->output_blocks;
    v->row(plan, count, x, w + b * plan->weight_output_block, y + b * plan->output_block);
  }
}

static row_plan plan_for(
    const ck_convolution *s, image_size from, border around, int32_t channels, image_size to, int32_t step) {
  const int64_t tap_floats = CK_LANES * CK_LANES, taps = (int64_t)s->kernel * s->kernel;
  return (row_plan){
      .input_blocks = from.blocks,
      .last_lanes = channels - (from.blocks - 1) * CK_LANES,
      .input_block = padded_plane(from, around),
      .weight_input_block = taps * tap_floats,
      .weight_output_block = from.blocks * taps * tap_floats,
      .output_block = plane_floats(to),
      .output_step = step * CK_LANES,
  };
}

static void add_tap(row_plan *plan, int64_t input_pixel, int32_t tap) {
  plan->input_offset[plan->taps] = input_pixel * CK_LANES;
  plan->weight_offset[plan->taps] = (int64_t)tap * CK_LANES * CK_LANES;
  plan->taps++;
}

// MARK: - Forward

static void finish_result(const ck_result *result, image_size out, int64_t image) {
  const int64_t plane = plane_floats(out);
  const ck_source finished = {.x = result->y, .shift = result->shift, .residual = result->residual,
                              .rectified = result->rectified, .kept = result->y};
  for (int32_t b = 0; b < out.blocks; b++) {
    const int64_t block = image * out.blocks + b;
    if (result->mean) {
      ck_kernels()->moments(out.height * out.width, result->y + block * plane, result->mean + block * CK_LANES,
                         result->deviation + block * CK_LANES);
    } else if (result->shift || result->residual || result->rectified) {
      ck_kernels()->read(&finished, block * plane, b * CK_LANES, plane, 1, NULL);
    }
  }
}

static void forward_image(void *context, int64_t image, int32_t worker) {
  const convolution_call *call = context;
  const ck_convolution *s = call->shape;
  const image_size in = input_size(s), out = output_size(s);
  const border around = input_border(s);
  float *x = ck_pool_scratch(call->pool, worker);
  read_padded(call->x, in, around, image, 1, x);

  const int64_t width = padded_width(in, around);
  row_plan plan = plan_for(s, in, around, s->inputs, out, 1);
  plan.input_step = s->stride * CK_LANES;
  plan.pixels = out.width;
  for (int32_t kh = 0; kh < s->kernel; kh++) {
    for (int32_t kw = 0; kw < s->kernel; kw++) add_tap(&plan, kh * width + kw, kh * s->kernel + kw);
  }
  float *y = call->result->y + image * out.blocks * plane_floats(out);
  for (int32_t h = 0; h < out.height; h++) {
    rows_of_blocks(&plan, out.blocks, x + h * s->stride * width * CK_LANES, call->weight,
                   y + (int64_t)h * out.width * CK_LANES);
  }
  finish_result(call->result, out, image);
}

void ck_direct_forward(const convolution_call *call) {
  ck_parallel_for(call->pool, call->images, forward_image, (void *)call);
}

// MARK: - Backward: input

// Input pixel i is reached by tap k from output pixel (i + padding - k) / stride, where that divides. So the
// inputs of one row fall into `stride` classes by column, each with taps of its own and a plain inner loop.
static void write_input_gradient(const convolution_call *call, int64_t image, const float *dy, lookahead *ahead) {
  const ck_convolution *s = call->shape;
  const image_size in = input_size(s), out = output_size(s);
  const border around = output_border(s);
  const int64_t plane = plane_floats(in);
  float *dx = call->dx->dx + image * in.blocks * plane;

  for (int32_t h = 0; h < s->height; h++) {
    for (int32_t first = 0; first < s->stride && first < s->width; first++) {
      row_plan plan = plan_for(s, out, around, s->outputs, in, s->stride);
      plan.input_step = CK_LANES;
      plan.pixels = (s->width - first + s->stride - 1) / s->stride;
      plan.accumulate = call->dx->accumulate;
      for (int32_t kh = 0; kh < s->kernel; kh++) {
        for (int32_t kw = 0; kw < s->kernel; kw++) {
          const int32_t row = h + s->padding - kh, column = first + s->padding - kw;
          if (row - floor_div(row, s->stride) * s->stride) continue;
          if (column - floor_div(column, s->stride) * s->stride) continue;
          const int64_t oh = floor_div(row, s->stride) + around.before;
          const int64_t ow = floor_div(column, s->stride) + around.before;
          add_tap(&plan, oh * padded_width(out, around) + ow, kh * s->kernel + kw);
        }
      }
      rows_of_blocks(&plan, in.blocks, dy, call->weight, dx + ((int64_t)h * s->width + first) * CK_LANES);
    }
    ck_kernels()->prefetch(ahead);
  }
  ck_finish_image(call->dx, image, in.blocks, in.height * in.width);
}

// MARK: - Backward: weight

// Adds one image's gradient of one output block to gradient [CB][taps][16 in][16 out]; x and dy are padded.
static void add_weight_gradient(
    const ck_convolution *s, const float *x, const float *dy, float *gradient, lookahead *ahead) {
  const image_size in = input_size(s), out = output_size(s);
  const border around = input_border(s), dy_around = output_border(s);
  const int64_t width = padded_width(in, around) * CK_LANES, dy_width = padded_width(out, dy_around) * CK_LANES;
  const outer_plan plan = {.rows = out.height, .pixels = out.width, .x_row = s->stride * width,
                           .x_step = s->stride * CK_LANES, .dy = dy + dy_around.before * (dy_width + CK_LANES),
                           .dy_row = dy_width};
  for (int32_t b = 0; b < in.blocks; b++, x += padded_plane(in, around)) {
    const int32_t rest = s->inputs - b * CK_LANES, lanes = rest < CK_LANES ? rest : CK_LANES;
    for (int32_t kh = 0; kh < s->kernel; kh++, gradient += s->kernel * CK_LANES * CK_LANES) {
      ck_kernels()->outer(&plan, s->kernel, lanes, x + kh * width, gradient);
      ck_kernels()->prefetch(ahead);
    }
  }
}

static void backward_partial(void *context, int64_t partial, int32_t worker) {
  const convolution_call *call = context;
  const ck_convolution *s = call->shape;
  const image_size in = input_size(s), out = output_size(s);
  const size_t count = ck_direct_weight_count(s), block_count = count / out.blocks;
  float *dy = ck_pool_scratch(call->pool, worker), *x = dy + output_floats(s);
  float *gradient = call->partials + partial * call->partial_stride;
  memset(gradient, 0, sizeof(float) * count);
  const int64_t first = partial * call->images_per_partial, last = first + call->images_per_partial;
  const int64_t end = last < call->images ? last : call->images;
  for (int64_t i = first; i < end; i++) {
    read_padded(call->dy, out, output_border(s), i, 0, dy);
    lookahead ahead = {0};
    const int64_t next = i + 1 < end ? i + 1 : (partial + ck_pool_threads(call->pool)) * call->images_per_partial;
    if (call->dx) {  // the weight gradient alone has no room for it
      const int32_t pieces = s->height + out.blocks * in.blocks * s->kernel;
      look_ahead_source(&ahead, call->dy, out, next, call->images, pieces);
      look_ahead_source(&ahead, call->x, in, next, call->images, pieces);
    }
    read_padded(call->x, in, input_border(s), i, 0, x);
    for (int32_t k = 0; k < out.blocks; k++) {
      add_weight_gradient(s, x, dy + k * padded_plane(out, output_border(s)), gradient + k * block_count, &ahead);
    }
    if (call->dx) write_input_gradient(call, i, dy, &ahead);
  }
}

void ck_direct_backward(const convolution_call *call) {
  ck_parallel_for(call->pool, partials_of(call), backward_partial, (void *)call);
}
