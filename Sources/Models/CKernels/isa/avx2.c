// 16 registers of 256 bits: a vector of 16 channels takes two. Where prefetchw is not known, it does nothing.
#if defined(__x86_64__)
#define VARIANT(name) name##_avx2
#define REGISTER_BYTES 32
#define VARIANT_NAME "avx2"
#define TILE_BLOCKS 1
#define TILE_PIXELS 4
#define TILE_POSITIONS 1
#define TILE_TILES 4
#define OUTER_LANES 4
#define GRAM_COLUMNS 3
#define GRAM_WIDTH 8
#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)
#include "kernels.inc"
#include "peak.inc"
#pragma clang attribute pop
#endif
