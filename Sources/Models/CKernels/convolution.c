// Direct convolution over channel blocks: one image is one piece of work. Its pixels are first copied into the
// worker's scratch with the zero padding around them, so that the inner loops know no border.
#include <string.h>

#include "isa/variant.h"

typedef struct plane { int32_t blocks, height, width, before, after; } plane;

static int32_t floor_div(int32_t a, int32_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }

// The input as the forward pass and the weight gradient see it.
static plane input_plane(const ck_convolution *s) {
  return (plane){ck_blocks(s->inputs), s->height, s->width, s->padding, s->padding};
}

// The output gradient as the input gradient sees it: outputs that do not exist read as zero.
static plane output_plane(const ck_convolution *s) {
  const int32_t oh = ck_output_size(s->height, s->kernel, s->stride, s->padding);
  const int32_t ow = ck_output_size(s->width, s->kernel, s->stride, s->padding);
  const int32_t before = max32(0, -floor_div(s->padding - (s->kernel - 1), s->stride));
  const int32_t last = max32((s->height - 1 + s->padding) / s->stride - (oh - 1),
                             (s->width - 1 + s->padding) / s->stride - (ow - 1));
  return (plane){ck_blocks(s->outputs), oh, ow, before, max32(0, last)};
}

static int64_t padded_width(const plane *p) { return p->width + p->before + p->after; }
static int64_t padded_pixels(const plane *p) { return padded_width(p) * (p->height + p->before + p->after); }
static int64_t plane_floats(const plane *p) { return (int64_t)p->blocks * p->height * p->width * CK_LANES; }

size_t ck_convolution_scratch(const ck_convolution *s) {
  const plane in = input_plane(s), out = output_plane(s);
  const int64_t a = in.blocks * padded_pixels(&in), b = out.blocks * padded_pixels(&out);
  return (size_t)(a > b ? a : b) * CK_LANES * sizeof(float);
}

// image [blocks][height][width][16] with zeros around each block's pixels; the image itself where there are none.
static const float *padded(const plane *p, const float *image, float *scratch) {
  if (p->before == 0 && p->after == 0) return image;
  const int64_t row = padded_width(p) * CK_LANES;
  const size_t copied = (size_t)p->width * CK_LANES;
  float *to = scratch;
  for (int32_t b = 0; b < p->blocks; b++) {
    memset(to, 0, sizeof(float) * (size_t)(row * p->before));
    to += row * p->before;
    for (int32_t h = 0; h < p->height; h++, image += copied, to += row) {
      memset(to, 0, sizeof(float) * (size_t)p->before * CK_LANES);
      memcpy(to + p->before * CK_LANES, image, sizeof(float) * copied);
      memset(to + p->before * CK_LANES + copied, 0, sizeof(float) * (size_t)p->after * CK_LANES);
    }
    memset(to, 0, sizeof(float) * (size_t)(row * p->after));
    to += row * p->after;
  }
  return scratch;
}

// MARK: - Weight layouts

size_t ck_blocked_weight_count(const ck_convolution *s) {
  return (size_t)ck_blocks(s->inputs) * ck_blocks(s->outputs) * s->kernel * s->kernel * CK_LANES * CK_LANES;
}

// Where input c and output k at tap t live in [KB][CB][taps][16 in][16 out].
static size_t blocked_index(const ck_convolution *s, int32_t k, int32_t c, int32_t t) {
  const size_t taps = (size_t)s->kernel * s->kernel;
  const size_t block = (size_t)(k / CK_LANES) * ck_blocks(s->inputs) + c / CK_LANES;
  return ((block * taps + t) * CK_LANES + c % CK_LANES) * CK_LANES + k % CK_LANES;
}

void ck_block_weight(const ck_convolution *s, const float *weight, float *forward, float *transposed) {
  const int32_t taps = s->kernel * s->kernel;
  const ck_convolution swapped = {s->outputs, s->inputs, s->height, s->width, s->kernel, s->stride, s->padding};
  memset(forward, 0, sizeof(float) * ck_blocked_weight_count(s));
  memset(transposed, 0, sizeof(float) * ck_blocked_weight_count(s));
  for (int32_t k = 0; k < s->outputs; k++) {
    for (int32_t c = 0; c < s->inputs; c++) {
      for (int32_t t = 0; t < taps; t++, weight++) {
        forward[blocked_index(s, k, c, t)] = *weight;
        transposed[blocked_index(&swapped, c, k, t)] = *weight;
      }
    }
  }
}

void ck_unblock_weight_gradient(const ck_convolution *s, const float *blocked, float *gradient) {
  const int32_t taps = s->kernel * s->kernel;
  for (int32_t k = 0; k < s->outputs; k++) {
    for (int32_t c = 0; c < s->inputs; c++) {
      for (int32_t t = 0; t < taps; t++, gradient++) *gradient += blocked[blocked_index(s, k, c, t)];
    }
  }
}

// MARK: - Forward

typedef struct call {
  ck_pool *pool;
  const ck_convolution *shape;
  const float *x, *w;
  float *y;
  int64_t images;
  int32_t accumulate, block;
} call;

// All output blocks of one row, as many at once as the register tile holds.
static void rows_of_blocks(const row_plan *plan, int32_t blocks, const float *x, const float *w, float *y) {
  const ck_variant *v = variant();
  for (int32_t b = 0; b < blocks; b += v->output_blocks) {
    const int32_t count = blocks - b < v->output_blocks ? blocks - b : v->output_blocks;
    v->row(plan, count, x, w + b * plan->weight_output_block, y + b * plan->output_block);
  }
}

static row_plan plan_for(const ck_convolution *s, const plane *from, int32_t channels, const plane *to, int32_t step) {
  const int64_t tap_floats = CK_LANES * CK_LANES, taps = (int64_t)s->kernel * s->kernel;
  return (row_plan){
      .input_blocks = from->blocks,
      .last_lanes = channels - (from->blocks - 1) * CK_LANES,
      .input_block = padded_pixels(from) * CK_LANES,
      .weight_input_block = taps * tap_floats,
      .weight_output_block = from->blocks * taps * tap_floats,
      .output_block = (int64_t)to->height * to->width * CK_LANES,
      .output_step = step * CK_LANES,
  };
}

static void add_tap(row_plan *plan, int64_t input_pixel, int32_t tap) {
  plan->input_offset[plan->taps] = input_pixel * CK_LANES;
  plan->weight_offset[plan->taps] = (int64_t)tap * CK_LANES * CK_LANES;
  plan->taps++;
}

static void forward_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  const ck_convolution *s = job->shape;
  const plane in = input_plane(s), out = output_plane(s);
  const float *x = padded(&in, job->x + image * plane_floats(&in), pool_scratch(job->pool, worker));
  float *y = job->y + image * plane_floats(&out);

  row_plan plan = plan_for(s, &in, s->inputs, &out, 1);
  plan.input_step = s->stride * CK_LANES;
  plan.pixels = out.width;
  for (int32_t kh = 0; kh < s->kernel; kh++) {
    for (int32_t kw = 0; kw < s->kernel; kw++) add_tap(&plan, kh * padded_width(&in) + kw, kh * s->kernel + kw);
  }
  for (int32_t h = 0; h < out.height; h++) {
    rows_of_blocks(&plan, out.blocks, x + h * s->stride * padded_width(&in) * CK_LANES, job->w,
                   y + (int64_t)h * out.width * CK_LANES);
  }
}

void ck_convolution_forward(
    ck_pool *pool, const ck_convolution *s, int64_t images, const float *x, const float *forward, float *y) {
  call job = {.pool = pool, .shape = s, .x = x, .w = forward, .y = y};
  ck_parallel_for(pool, images, forward_image, &job);
}

// MARK: - Backward: input

// Input pixel i is reached by tap k from output pixel (i + padding - k) / stride, where that divides. So the
// inputs of one row fall into `stride` classes by column, each with taps of its own and a plain inner loop.
static void backward_input_image(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  const ck_convolution *s = job->shape;
  const plane in = input_plane(s), out = output_plane(s);
  const float *dy = padded(&out, job->x + image * plane_floats(&out), pool_scratch(job->pool, worker));
  float *dx = job->y + image * plane_floats(&in);

  for (int32_t h = 0; h < s->height; h++) {
    for (int32_t first = 0; first < s->stride && first < s->width; first++) {
      row_plan plan = plan_for(s, &out, s->outputs, &in, s->stride);
      plan.input_step = CK_LANES;
      plan.pixels = (s->width - first + s->stride - 1) / s->stride;
      plan.accumulate = job->accumulate;
      for (int32_t kh = 0; kh < s->kernel; kh++) {
        for (int32_t kw = 0; kw < s->kernel; kw++) {
          const int32_t row = h + s->padding - kh, column = first + s->padding - kw;
          if (row - floor_div(row, s->stride) * s->stride) continue;
          if (column - floor_div(column, s->stride) * s->stride) continue;
          const int64_t oh = floor_div(row, s->stride) + out.before, ow = floor_div(column, s->stride) + out.before;
          add_tap(&plan, oh * padded_width(&out) + ow, kh * s->kernel + kw);
        }
      }
      rows_of_blocks(&plan, in.blocks, dy, job->w, dx + ((int64_t)h * s->width + first) * CK_LANES);
    }
  }
}

void ck_convolution_backward_input(
    ck_pool *pool, const ck_convolution *s, int64_t images, const float *dy, const float *transposed, float *dx,
    int32_t accumulate) {
  call job = {.pool = pool, .shape = s, .x = dy, .w = transposed, .y = dx, .accumulate = accumulate};
  ck_parallel_for(pool, images, backward_input_image, &job);
}

// MARK: - Backward: weight

// Adds one image's gradient of output block `block` to gradient [CB][taps][16 in][16 out]; x is padded.
static void add_weight_gradient(
    const ck_convolution *s, int32_t block, const float *x, const float *dy, float *gradient) {
  const plane in = input_plane(s), out = output_plane(s);
  const float *d = dy + (int64_t)block * out.height * out.width * CK_LANES;
  for (int32_t b = 0; b < in.blocks; b++) {
    const int32_t rest = s->inputs - b * CK_LANES, lanes = rest < CK_LANES ? rest : CK_LANES;
    for (int32_t kh = 0; kh < s->kernel; kh++) {
      for (int32_t kw = 0; kw < s->kernel; kw++, gradient += CK_LANES * CK_LANES) {
        const int64_t pixel = b * padded_pixels(&in) + kh * padded_width(&in) + kw;
        variant()->outer(lanes, out.height, out.width, x + pixel * CK_LANES,
                         s->stride * padded_width(&in) * CK_LANES, s->stride * CK_LANES, d, gradient);
      }
    }
  }
}

static void weight_gradient_partial(void *context, int64_t partial, int32_t worker) {
  const call *job = context;
  const ck_convolution *s = job->shape;
  const plane in = input_plane(s), out = output_plane(s);
  const size_t count = ck_blocked_weight_count(s), block_count = count / out.blocks;
  float *gradient = job->y + partial * count;
  memset(gradient, 0, sizeof(float) * count);
  const int64_t first = partial * CK_IMAGES_PER_PARTIAL;
  for (int64_t i = first; i < job->images && i < first + CK_IMAGES_PER_PARTIAL; i++) {
    const float *x = padded(&in, job->x + i * plane_floats(&in), pool_scratch(job->pool, worker));
    for (int32_t k = 0; k < out.blocks; k++) {
      add_weight_gradient(s, k, x, job->w + i * plane_floats(&out), gradient + k * block_count);
    }
  }
}

void ck_convolution_backward_weight(
    ck_pool *pool, const ck_convolution *s, int64_t images, const float *x, const float *dy, float *partials,
    float *dweight) {
  const int64_t count = (images + CK_IMAGES_PER_PARTIAL - 1) / CK_IMAGES_PER_PARTIAL;
  const size_t weight = ck_blocked_weight_count(s);
  call job = {.pool = pool, .shape = s, .x = x, .w = dy, .y = partials, .images = images};
  ck_parallel_for(pool, count, weight_gradient_partial, &job);
  for (int64_t i = 0; i < count; i++) variant()->add((int64_t)weight, partials + i * weight, dweight, i > 0);
}

static void sample_gradient(void *context, int64_t image, int32_t worker) {
  const call *job = context;
  const ck_convolution *s = job->shape;
  const plane in = input_plane(s), out = output_plane(s);
  const size_t row = ck_blocked_weight_count(s) / out.blocks;
  float *gradient = job->y + image * row;
  memset(gradient, 0, sizeof(float) * row);
  const float *x = padded(&in, job->x + image * plane_floats(&in), pool_scratch(job->pool, worker));
  add_weight_gradient(s, job->block, x, job->w + image * plane_floats(&out), gradient);
}

void ck_convolution_sample_gradients(
    ck_pool *pool, const ck_convolution *s, int64_t images, int32_t block, const float *x, const float *dy,
    float *rows) {
  call job = {.pool = pool, .shape = s, .x = x, .w = dy, .y = rows, .images = images, .block = block};
  ck_parallel_for(pool, images, sample_gradient, &job);
}
