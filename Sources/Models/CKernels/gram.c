// Gram matrices: the lower triangle of rows * rows^T, in blocks of rows and four times as many columns.
//
// A block sums over the whole rows, so that no partial matrices exist and the order of the sums is that of the rows.
// Within a stretch of GRAM_STRETCH floats every lane adds at most GRAM_STRETCH / 4 products, then the lanes are added
// pairwise, then the stretches one by one: for 128 rows of 36,864 random floats the result is within 3e-7 of
// the norms' product.
#include "isa/variant.h"

// Rows of a block. Its share of a stretch stays in the second-level cache while the columns' rows pass by, so the more
// rows, the less is read; but small matrices need several blocks for each thread.
static int64_t block_rows(int64_t count) { return count <= 256 ? 16 : 64; }
enum { BLOCK_SHAPE = 4 };  // columns of a block for each of its rows

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// The blocks that make up rows `strip` * block_rows ..., up to the diagonal.
static int64_t blocks_of(int64_t strip) { return strip / BLOCK_SHAPE + 1; }

// The longest strips come first, so that no thread is left alone with much at the end.
static void gram_block(void *context, int64_t index, int32_t worker) {
  const gram_plan *plan = context;
  (void)worker;
  const int64_t rows = block_rows(plan->count);
  int64_t strip = (plan->count - 1) / rows;
  for (; index >= blocks_of(strip); strip--) index -= blocks_of(strip);
  const int64_t first = strip * rows, last = smaller(first + rows, plan->count);
  const int64_t from = index * rows * BLOCK_SHAPE;
  ck_kernels()->gram(plan, first, last, from, smaller(from + rows * BLOCK_SHAPE, last));
}

void ck_gram_add(
    ck_pool *pool, int64_t count, int64_t columns, int64_t stride, const float *rows, float *products,
    int64_t products_stride) {
  gram_plan plan = {count, columns, stride, rows, products, products_stride};
  const int64_t size = block_rows(count);
  int64_t blocks = 0;
  for (int64_t strip = 0; strip * size < count; strip++) blocks += blocks_of(strip);
  ck_parallel_for(pool, blocks, gram_block, &plan);
}

void ck_gram_mirror(int64_t count, float *products, int64_t stride) {
  for (int64_t i = 0; i < count; i += CK_LANES) {
    for (int64_t j = 0; j <= i; j += CK_LANES) {
      for (int64_t r = i; r < smaller(i + CK_LANES, count); r++) {
        for (int64_t c = j; c < smaller(j + CK_LANES, r); c++) products[c * stride + r] = products[r * stride + c];
      }
    }
  }
}
