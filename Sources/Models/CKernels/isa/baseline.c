// What every machine of the platform has (SSE2, NEON): a vector of 16 channels takes four registers.
#define VARIANT(name) name##_baseline
#define REGISTER_BYTES 16
#define VARIANT_NAME "baseline"
#define TILE_BLOCKS 1
#define TILE_PIXELS 2
#define TILE_POSITIONS 1
#define TILE_TILES 2
#define OUTER_LANES 2
#define GRAM_COLUMNS 2
#define GRAM_WIDTH 4
#include "kernels.inc"
#include "peak.inc"
