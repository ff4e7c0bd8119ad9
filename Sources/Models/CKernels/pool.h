// What the kernels need of the pool beyond the public header.
#ifndef BRHOST_POOL_H
#define BRHOST_POOL_H

#include "CKernels.h"

// The scratch memory of `worker`: 64-byte aligned, as large as the last ck_pool_reserve asked for.
float *ck_pool_scratch(ck_pool *pool, int32_t worker);

#endif
