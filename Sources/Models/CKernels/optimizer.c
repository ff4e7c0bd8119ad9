// The optimizer's step.
#include "isa/variant.h"

void ck_sgd_update(const ck_sgd *rule, int64_t count, const float *gradient, float *velocity, float *value) {
  ck_kernels()->sgd(rule, count, gradient, velocity, value);
}
