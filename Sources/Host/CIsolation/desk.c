#define _GNU_SOURCE
#include "CIsolation.h"

#include <sched.h>
#include <stdatomic.h>
#include <time.h>

struct ci_desk {
  ci_place place;
  _Alignas(64) atomic_uint state;
  int32_t answer;
  _Alignas(64) atomic_uint is_cancelled;
};

// From ASKED the state goes to ANSWERED, by the child, or by way of SLEEPING, by the parent; each side learns from
// what it replaces whether the other was first.
enum { ASKED, SLEEPING, ANSWERED };

_Static_assert(sizeof(ci_desk) <= CI_DESK_BYTES, "the desk has grown");

#define PAUSES 64  // between two looks at the clock, a microsecond or two

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

void ci_place_step(ci_desk *desk, ci_place place) {
  desk->place = place;
  atomic_store(&desk->state, ASKED);
}

ci_place ci_read_place(const ci_desk *desk) { return desk->place; }

int32_t ci_answer(ci_desk *desk, int32_t answer) {
  desk->answer = answer;
  return atomic_exchange(&desk->state, ANSWERED) == SLEEPING;
}

int32_t ci_await_answer(ci_desk *desk, int64_t patience, int32_t *answer) {
  const int64_t deadline = nanoseconds() + patience;
  unsigned state = ASKED;
  do {
    for (int i = 0; i < PAUSES && state == ASKED; i++) {
      state = atomic_load(&desk->state);
      if (state == ASKED) pause_processor();
    }
    if (state == ASKED) sched_yield();  // perhaps the child waits for this core
  } while (state == ASKED && nanoseconds() < deadline);
  if (state == ASKED && atomic_compare_exchange_strong(&desk->state, &state, SLEEPING)) return 0;
  *answer = desk->answer;
  return 1;
}

void ci_cancel(ci_desk *desk) { atomic_store(&desk->is_cancelled, 1); }
int32_t ci_is_cancelled(const ci_desk *desk) { return atomic_load(&((ci_desk *)desk)->is_cancelled) != 0; }
