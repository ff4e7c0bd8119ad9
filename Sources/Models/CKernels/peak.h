// What a thread can do at best, once per instruction set.
#ifndef BRHOST_PEAK_H
#define BRHOST_PEAK_H

#include <stdint.h>

// Enough to keep two units of four cycles' latency busy, few enough for 16 registers.
#define PEAK_CHAINS 12

#if defined(__x86_64__)
double ck_peak_chains_avx512(int64_t rounds, float a, float b, float *result);
double ck_peak_chains_avx2(int64_t rounds, float a, float b, float *result);
#endif
double ck_peak_chains_baseline(int64_t rounds, float a, float b, float *result);

#endif
