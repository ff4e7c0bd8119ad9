// 32 registers of 512 bits.
#if defined(__x86_64__)
#define VARIANT(name) name##_avx512
#define REGISTER_BYTES 64
#define VARIANT_NAME "avx512"
#define TILE_BLOCKS 2
#define TILE_PIXELS 8
#define TILE_POSITIONS 6
#define TILE_TILES 4
#define OUTER_LANES 16
#define GRAM_COLUMNS 4
#define GRAM_WIDTH 16
#define TARGET "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,prfchw"
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#include "kernels.inc"
#include "peak.inc"
#pragma clang attribute pop
#endif
