// Which compiled variant runs: the widest that this machine has, unless one is asked for.
#include <stdatomic.h>
#include <string.h>

#include "variant.h"

#if defined(__x86_64__)
extern const ck_variant ck_variant_avx512, ck_variant_avx2;
#endif
extern const ck_variant ck_variant_baseline;

static int runs_here(const ck_variant *candidate) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (candidate == &ck_variant_avx512) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
  if (candidate == &ck_variant_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return candidate == &ck_variant_baseline;
}

static const ck_variant *const candidates[] = {
#if defined(__x86_64__)
    &ck_variant_avx512, &ck_variant_avx2,
#endif
    &ck_variant_baseline,
};
enum { CANDIDATES = sizeof candidates / sizeof *candidates };

static _Atomic(const ck_variant *) selected;

const ck_variant *ck_kernels(void) {
  const ck_variant *current = atomic_load_explicit(&selected, memory_order_acquire);
  for (int i = 0; !current && i < CANDIDATES; i++) {
    if (!runs_here(candidates[i])) continue;
    current = candidates[i];
    atomic_store_explicit(&selected, current, memory_order_release);
  }
  return current;
}

const char *ck_isa(void) { return ck_kernels()->name; }

static const ck_variant *find(const char *name) {
  for (int i = 0; i < CANDIDATES; i++) {
    if (strcmp(candidates[i]->name, name) == 0 && runs_here(candidates[i])) return candidates[i];
  }
  return NULL;
}

int32_t ck_has_isa(const char *name) { return find(name) != NULL; }

int32_t ck_select_isa(const char *name) {
  const ck_variant *found = find(name);
  if (!found) return -1;
  atomic_store_explicit(&selected, found, memory_order_release);
  return 0;
}
