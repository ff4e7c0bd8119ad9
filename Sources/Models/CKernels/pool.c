// A fixed set of workers that claim numbered pieces of work one by one.
//
// Which worker runs a piece is left to chance, so that a stolen time slice delays one piece and not a
// thread's whole share; the results cannot depend on it, because every piece writes to a place of its own.
//
// A round takes no lock while nobody sleeps. Two counters make it up:
//   unclaimed   pieces that nobody has taken. Whoever lowers it from i > 0 owns piece count - i; whoever finds
//               i <= 0 owns nothing. Only then does a worker read what the round is about.
//   unfinished  pieces whose work is not yet done. The caller returns, and may begin another round, only at 0.
// So a worker that comes late is harmless, however late: a claim that succeeds is a claim on the round of that
// moment, and until its owner reports it done the round cannot end and its fields cannot change. A claim that fails
// touches nothing but `unclaimed`, which the next round overwrites. Nobody waits for workers that claimed nothing.
//
// No wake-up is lost: who waits first counts itself among the sleepers and then looks again; who changes a
// counter looks at the sleepers afterwards. These four operations are sequentially consistent, so that at least
// one of the two sees the other.
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

// How long who waits keeps looking before it sleeps: longer than the gaps between the kernels of a training step.
#define PATIENCE 4000000  // nanoseconds
#define PAUSES 64         // processor pauses between two looks at the clock, a microsecond or two

// What threads wait for; `sleepers` are those that no longer look by themselves.
typedef struct event {
  pthread_cond_t condition;
  atomic_int sleepers;
} event;

struct ck_pool {
  int32_t threads;
  pthread_t *handles;
  void **scratch;
  size_t scratch_bytes;

  pthread_mutex_t mutex;
  event work, done;
  atomic_int stopping;

  // The round; written by the caller while `unfinished` is 0.
  ck_piece piece;
  void *context;
  int64_t count;
  _Alignas(64) atomic_llong unclaimed;
  _Alignas(64) atomic_llong unfinished;
};

typedef struct worker {
  ck_pool *pool;
  int32_t index;
} worker;

// The worker that this thread is while it runs pieces, or -1.
static _Thread_local int32_t current_worker = -1;

// MARK: - Waiting

static int has_work(ck_pool *pool) { return atomic_load(&pool->unclaimed) > 0 || atomic_load(&pool->stopping); }
static int is_done(ck_pool *pool) { return atomic_load(&pool->unfinished) == 0; }

static int64_t nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pause_processor(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int comes_soon(ck_pool *pool, int (*ready)(ck_pool *)) {
  int64_t deadline = 0;
  for (;;) {
    for (int i = 0; i < PAUSES; i++) {
      if (ready(pool)) return 1;
      pause_processor();
    }
    const int64_t now = nanoseconds();
    if (deadline == 0) deadline = now + PATIENCE;
    if (now >= deadline) return 0;
    sched_yield();  // to the loader's threads, and to other programs
  }
}

static void await(ck_pool *pool, event *event, int (*ready)(ck_pool *)) {
  while (!comes_soon(pool, ready)) {
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&event->sleepers, 1);
    if (!ready(pool)) pthread_cond_wait(&event->condition, &pool->mutex);
    atomic_fetch_sub(&event->sleepers, 1);
    pthread_mutex_unlock(&pool->mutex);
  }
}

static void announce(ck_pool *pool, event *event) {
  if (atomic_load(&event->sleepers) == 0) return;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&event->condition);
  pthread_mutex_unlock(&pool->mutex);
}

// MARK: - Working

static void work(ck_pool *pool, int32_t index) {
  int64_t finished = 0;
  current_worker = index;
  for (;; finished++) {
    const int64_t left = atomic_fetch_sub(&pool->unclaimed, 1);
    if (left <= 0) break;
    pool->piece(pool->context, pool->count - left, index);
  }
  current_worker = -1;
  if (finished > 0 && atomic_fetch_sub(&pool->unfinished, finished) == finished) announce(pool, &pool->done);
}

static void *run(void *argument) {
  worker self = *(worker *)argument;
  free(argument);
  for (;;) {
    await(self.pool, &self.pool->work, has_work);
    if (atomic_load(&self.pool->stopping)) return NULL;
    work(self.pool, self.index);
  }
}

void ck_parallel_for(ck_pool *pool, int64_t count, ck_piece piece, void *context) {
  if (current_worker >= 0 || pool->threads == 1 || count <= 1) {
    int32_t index = current_worker >= 0 ? current_worker : 0;
    for (int64_t i = 0; i < count; i++) piece(context, i, index);
    return;
  }
  pool->piece = piece;
  pool->context = context;
  pool->count = count;
  atomic_store(&pool->unfinished, count);
  atomic_store(&pool->unclaimed, count);
  announce(pool, &pool->work);
  work(pool, 0);
  await(pool, &pool->done, is_done);
}

// MARK: - Life

static void create_event(event *event) { pthread_cond_init(&event->condition, NULL); }

ck_pool *ck_pool_create(int32_t threads) {
  ck_pool *pool = aligned_alloc(_Alignof(ck_pool), sizeof *pool);
  if (!pool) return NULL;
  *pool = (ck_pool){.threads = 1};
  pool->handles = calloc((size_t)threads, sizeof *pool->handles);
  pool->scratch = calloc((size_t)threads, sizeof *pool->scratch);
  pthread_mutex_init(&pool->mutex, NULL);
  create_event(&pool->work);
  create_event(&pool->done);
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
  atomic_store(&pool->stopping, 1);
  announce(pool, &pool->work);
  for (int32_t i = 1; i < pool->threads; i++) pthread_join(pool->handles[i], NULL);
  for (int32_t i = 0; pool->scratch && i < pool->threads; i++) free(pool->scratch[i]);
  pthread_cond_destroy(&pool->done.condition);
  pthread_cond_destroy(&pool->work.condition);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->scratch);
  free(pool->handles);
  free(pool);
}

int32_t ck_pool_threads(const ck_pool *pool) { return pool->threads; }

// MARK: - Scratch memory

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

float *ck_pool_scratch(ck_pool *pool, int32_t worker) { return pool->scratch[worker]; }
