// A fixed set of workers that claim numbered pieces of work one by one.
//
// Which worker runs a piece is left to chance, so that a stolen time slice delays one piece and not a
// thread's whole share; the results cannot depend on it, because every piece writes to a place of its own.
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

// Polls of the work counter before a worker goes to sleep; a step's kernels follow each other closely.
enum { SPINS = 2000 };

struct ck_pool {
  int32_t threads;
  pthread_t *handles;
  void **scratch;
  size_t scratch_bytes;

  pthread_mutex_t mutex;
  pthread_cond_t wake, done;
  atomic_uint round;    // rises with every call
  atomic_int running;   // workers that have not yet finished the round
  int sleeping, stopping;

  ck_piece piece;
  void *context;
  int64_t count;
  atomic_llong next;
};

typedef struct worker {
  ck_pool *pool;
  int32_t index;
} worker;

// The worker that this thread is while it runs pieces, or -1.
static _Thread_local int32_t current_worker = -1;

static void work(ck_pool *pool, int32_t index) {
  current_worker = index;
  for (;;) {
    int64_t i = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (i >= pool->count) break;
    pool->piece(pool->context, i, index);
  }
  current_worker = -1;
}

// Waits for a round after `seen`; returns it.
static unsigned await_round(ck_pool *pool, unsigned seen) {
  for (int i = 0; i < SPINS; i++) {
    unsigned round = atomic_load_explicit(&pool->round, memory_order_acquire);
    if (round != seen) return round;
    if (i % 64 == 63) sched_yield();
  }
  pthread_mutex_lock(&pool->mutex);
  pool->sleeping++;
  unsigned round;
  while ((round = atomic_load(&pool->round)) == seen) pthread_cond_wait(&pool->wake, &pool->mutex);
  pool->sleeping--;
  pthread_mutex_unlock(&pool->mutex);
  return round;
}

static void finish(ck_pool *pool) {
  if (atomic_fetch_sub(&pool->running, 1) != 1) return;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_signal(&pool->done);
  pthread_mutex_unlock(&pool->mutex);
}

static void *run(void *argument) {
  worker self = *(worker *)argument;
  free(argument);
  unsigned seen = 0;
  for (;;) {
    seen = await_round(self.pool, seen);
    if (self.pool->stopping) return NULL;
    work(self.pool, self.index);
    finish(self.pool);
  }
}

ck_pool *ck_pool_create(int32_t threads) {
  ck_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return NULL;
  pool->handles = calloc((size_t)threads, sizeof *pool->handles);
  pool->scratch = calloc((size_t)threads, sizeof *pool->scratch);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->done, NULL);
  pool->threads = 1;
  if (!pool->handles || !pool->scratch) {
    ck_pool_destroy(pool);
    return NULL;
  }
  for (int32_t i = 1; i < threads; i++) {
    worker *self = malloc(sizeof *self);
    if (self) *self = (worker){pool, i};
    if (!self || pthread_create(&pool->handles[i], NULL, run, self) != 0) {
      free(self);
      ck_pool_destroy(pool);
      return NULL;
    }
    pool->threads = i + 1;
  }
  return pool;
}

void ck_pool_destroy(ck_pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  pool->stopping = 1;
  atomic_fetch_add(&pool->round, 1);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
  for (int32_t i = 1; i < pool->threads; i++) pthread_join(pool->handles[i], NULL);
  for (int32_t i = 0; pool->scratch && i < pool->threads; i++) free(pool->scratch[i]);
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->scratch);
  free(pool->handles);
  free(pool);
}

int32_t ck_pool_threads(const ck_pool *pool) { return pool->threads; }

int32_t ck_pool_reserve(ck_pool *pool, size_t bytes) {
  if (bytes <= pool->scratch_bytes) return 0;
  size_t rounded = (bytes + 63) / 64 * 64;
  for (int32_t i = 0; i < pool->threads; i++) {
    void *memory = aligned_alloc(64, rounded);
    if (!memory) return -1;
    free(pool->scratch[i]);
    pool->scratch[i] = memory;
  }
  pool->scratch_bytes = rounded;
  return 0;
}

float *pool_scratch(ck_pool *pool, int32_t worker) { return pool->scratch[worker]; }

void ck_parallel_for(ck_pool *pool, int64_t count, ck_piece piece, void *context) {
  if (current_worker >= 0 || pool->threads == 1 || count <= 1) {
    int32_t index = current_worker >= 0 ? current_worker : 0;
    for (int64_t i = 0; i < count; i++) piece(context, i, index);
    return;
  }
  pool->piece = piece;
  pool->context = context;
  pool->count = count;
  atomic_store(&pool->next, 0);
  atomic_store(&pool->running, pool->threads);
  atomic_fetch_add_explicit(&pool->round, 1, memory_order_release);
  pthread_mutex_lock(&pool->mutex);
  if (pool->sleeping) pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);

  work(pool, 0);
  if (atomic_fetch_sub(&pool->running, 1) == 1) return;
  for (int i = 0; i < SPINS; i++) {
    if (atomic_load_explicit(&pool->running, memory_order_acquire) == 0) return;
    if (i % 64 == 63) sched_yield();
  }
  pthread_mutex_lock(&pool->mutex);
  while (atomic_load(&pool->running) != 0) pthread_cond_wait(&pool->done, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
}
