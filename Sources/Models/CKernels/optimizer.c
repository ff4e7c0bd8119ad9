// The optimizer's step, and the look at gradients before it.
#include "isa/variant.h"
#include <string.h>

void ck_sgd_update(const ck_sgd *rule, int64_t count, const float *gradient, float *velocity, float *value) {
  ck_kernels()->sgd(rule, count, gradient, velocity, value);
}

// In integers, whose loop the compiler turns into vectors: an exponent of ones is an infinity or a NaN.
int32_t ck_all_finite(int64_t count, const float *values) {
  uint32_t found = 0;
  for (int64_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    found |= (bits & 0x7F800000u) == 0x7F800000u;
  }
  return !found;
}
