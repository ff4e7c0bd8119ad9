// How many floating-point operations the pool's threads do in a second when nothing but arithmetic holds them up.
#include "peak.h"

#include <string.h>
#include <time.h>

#include "pool.h"

// A window of about 8 ms a thread: long enough for the clock, short enough that some escape a busy machine.
enum { PIECES_PER_THREAD = 8, ROUNDS = 150000, WINDOWS = 6 };

typedef struct measurement {
  double (*chains)(int64_t rounds, float a, float b, float *result);
  float a, b;
} measurement;

static void piece(void *context, int64_t index, int32_t worker) {
  (void)index, (void)worker;
  const measurement *m = context;
  volatile float sink;
  float result;
  m->chains(ROUNDS, m->a, m->b, &result);
  sink = result;
  (void)sink;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double ck_measure_peak(ck_pool *pool) {
  measurement m = {ck_peak_chains_baseline, 0.999f, 0.001f};  // chains that tend to 1, far from denormal numbers
#if defined(__x86_64__)
  if (strcmp(ck_isa(), "avx512") == 0) m.chains = ck_peak_chains_avx512;
  if (strcmp(ck_isa(), "avx2") == 0) m.chains = ck_peak_chains_avx2;
#endif
  float result;
  const double operations = m.chains(ROUNDS, m.a, m.b, &result);
  const int64_t pieces = (int64_t)PIECES_PER_THREAD * ck_pool_threads(pool);
  double best = 0;
  for (int i = 0; i < WINDOWS; i++) {
    const double start = now();
    ck_parallel_for(pool, pieces, piece, &m);
    const double rate = operations * (double)pieces / (now() - start);
    if (rate > best) best = rate;
  }
  return best * 1e-9;
}
