// The convolution kernels of one instruction set, in Clang's vector types. Included once per set, with
//   ASSAY_LANES     floats in a vector
//   ASSAY_SUFFIX    the set's name
//   ASSAY_WIDEST_1, ASSAY_WIDEST_2   pixels of the widest tile with one and two blocks of output channels
#include "activation_math.h"
#include "convolution.h"

#define ASSAY_PASTE_(a, b) a##b
#define ASSAY_PASTE(a, b) ASSAY_PASTE_(a, b)
#define ASSAY_NAME(name) ASSAY_PASTE(name, ASSAY_SUFFIX)
#define ASSAY_UNROLL _Pragma("clang loop unroll(full)")

enum { vectors_per_block = assay_block / ASSAY_LANES };

// The loops over pixels and vectors have constant counts once this is inlined, and unroll into registers.
static inline __attribute__((always_inline)) void convolution_tile(
    const assay_convolution_tile *tile, const int pixels, const int blocks, const ptrdiff_t constant_distance) {
  const int first = (pixels + 1) / 2;
  const int vectors = blocks * vectors_per_block;
  const int weight_floats = blocks * assay_block;
  const ptrdiff_t distance = constant_distance ? constant_distance : tile->in_pixel;
  vec sums[assay_widest_tile][vectors];
  ASSAY_UNROLL
  for (int vector = 0; vector < vectors; ++vector) {
    const vec bias = load(tile->bias + vector * ASSAY_LANES);
    ASSAY_UNROLL
    for (int pixel = 0; pixel < pixels; ++pixel) sums[pixel][vector] = bias;
  }
  ASSAY_UNROLL
  for (int block = 0; block < blocks; ++block) {
    ASSAY_UNROLL
    for (int pixel = 0; pixel < pixels; ++pixel)
      __builtin_prefetch(
          (pixel < first ? tile->out0 + pixel * assay_block : tile->out1 + (pixel - first) * assay_block) +
              block * tile->out_plane, 1, 3);
  }
  const float *plane0 = tile->in0, *plane1 = tile->in1;
  const float *weights = tile->weights;
  const float *prefetch = tile->prefetch;
  const ptrdiff_t prefetch_step = tile->prefetch_step;
  for (int32_t in_block = 0; in_block < tile->in_blocks; ++in_block) {
    const int32_t steps = in_block + 1 == tile->in_blocks ? tile->last_steps : assay_block / 4;
    const float *row0 = plane0, *row1 = plane1;
    for (int32_t kernel_row = 0; kernel_row < tile->kernel_height; ++kernel_row) {
      const float *window0 = row0, *window1 = row1;
      for (int32_t kernel_column = 0; kernel_column < tile->kernel_width; ++kernel_column) {
        const float *in0 = window0, *in1 = window1;
        int32_t step = steps;
        do {
          ASSAY_UNROLL
          for (int channel = 0; channel < 4; ++channel) {
            vec weight[vectors];
            ASSAY_UNROLL
            for (int vector = 0; vector < vectors; ++vector)
              weight[vector] = load(weights + channel * weight_floats + vector * ASSAY_LANES);
            ASSAY_UNROLL
            for (int block = 0; block < blocks; ++block)
              __builtin_prefetch(weights + channel * weight_floats + block * assay_block + 1024, 0, 3);
            ASSAY_UNROLL
            for (int pixel = 0; pixel < pixels; ++pixel) {
              const vec value = splat(
                  pixel < first ? in0[pixel * distance + channel] : in1[(pixel - first) * distance + channel]);
              ASSAY_UNROLL
              for (int vector = 0; vector < vectors; ++vector)
                sums[pixel][vector] += weight[vector] * value;
            }
          }
          __builtin_prefetch(prefetch, 0, 2);
          prefetch += prefetch_step;
          weights += 4 * weight_floats;
          in0 += 4;
          in1 += 4;
        } while (--step);
        window0 += tile->in_column;
        window1 += tile->in_column;
      }
      row0 += tile->in_row;
      row1 += tile->in_row;
    }
    plane0 += tile->in_plane;
    plane1 += tile->in_plane;
  }
  if (tile->residual0) {
    ASSAY_UNROLL
    for (int pixel = 0; pixel < pixels; ++pixel) {
      const float *residual = pixel < first ? tile->residual0 + pixel * assay_block
                                            : tile->residual1 + (pixel - first) * assay_block;
      ASSAY_UNROLL
      for (int vector = 0; vector < vectors; ++vector)
        sums[pixel][vector] += load(
            residual + vector / vectors_per_block * tile->out_plane + vector % vectors_per_block * ASSAY_LANES);
    }
  }
  const vec low = splat(tile->low), high = splat(tile->high);
  ASSAY_UNROLL
  for (int pixel = 0; pixel < pixels; ++pixel) {
    float *out = pixel < first ? tile->out0 + pixel * assay_block : tile->out1 + (pixel - first) * assay_block;
    ASSAY_UNROLL
    for (int vector = 0; vector < vectors; ++vector)
      store(
          out + vector / vectors_per_block * tile->out_plane + vector % vectors_per_block * ASSAY_LANES,
          minimum(maximum(sums[pixel][vector], low), high));
  }
}

#define ASSAY_TILE(pixels, blocks, distance)                                                               \
  static __attribute__((noinline)) void tile_##pixels##x##blocks##_##distance(                             \
      const assay_convolution_tile *tile) {                                                                \
    convolution_tile(tile, pixels, blocks, distance * assay_block);                                        \
  }
#define ASSAY_TILES_OF(pixels, blocks)                                                                     \
  ASSAY_TILE(pixels, blocks, 0) ASSAY_TILE(pixels, blocks, 1) ASSAY_TILE(pixels, blocks, 2)

ASSAY_TILES_OF(1, 1)
ASSAY_TILES_OF(2, 1)
#if ASSAY_WIDEST_1 >= 6
ASSAY_TILES_OF(3, 1)
ASSAY_TILES_OF(4, 1)
ASSAY_TILES_OF(5, 1)
ASSAY_TILES_OF(6, 1)
#endif
#if ASSAY_WIDEST_1 == 14
ASSAY_TILES_OF(7, 1)
ASSAY_TILES_OF(8, 1)
ASSAY_TILES_OF(9, 1)
ASSAY_TILES_OF(10, 1)
ASSAY_TILES_OF(11, 1)
ASSAY_TILES_OF(12, 1)
ASSAY_TILES_OF(13, 1)
ASSAY_TILES_OF(14, 1)
#endif
#if ASSAY_WIDEST_2 == 14
ASSAY_TILES_OF(1, 2)
ASSAY_TILES_OF(2, 2)
ASSAY_TILES_OF(3, 2)
ASSAY_TILES_OF(4, 2)
ASSAY_TILES_OF(5, 2)
ASSAY_TILES_OF(6, 2)
ASSAY_TILES_OF(7, 2)
ASSAY_TILES_OF(8, 2)
ASSAY_TILES_OF(9, 2)
ASSAY_TILES_OF(10, 2)
ASSAY_TILES_OF(11, 2)
ASSAY_TILES_OF(12, 2)
ASSAY_TILES_OF(13, 2)
ASSAY_TILES_OF(14, 2)
#endif

#define ASSAY_ROW_2(blocks, distance) tile_1x##blocks##_##distance, tile_2x##blocks##_##distance
#define ASSAY_ROW_6(blocks, distance)                                                                      \
  ASSAY_ROW_2(blocks, distance), tile_3x##blocks##_##distance, tile_4x##blocks##_##distance,               \
      tile_5x##blocks##_##distance, tile_6x##blocks##_##distance
#define ASSAY_ROW_14(blocks, distance)                                                                     \
  ASSAY_ROW_6(blocks, distance), tile_7x##blocks##_##distance, tile_8x##blocks##_##distance,               \
      tile_9x##blocks##_##distance, tile_10x##blocks##_##distance, tile_11x##blocks##_##distance,          \
      tile_12x##blocks##_##distance, tile_13x##blocks##_##distance, tile_14x##blocks##_##distance
#define ASSAY_ROW_OF(count, blocks, distance) ASSAY_PASTE(ASSAY_ROW_, count)(blocks, distance)

#if ASSAY_WIDEST_2
#define ASSAY_ROWS(distance)                                                                               \
  {{ASSAY_ROW_OF(ASSAY_WIDEST_1, 1, distance)}, {ASSAY_ROW_OF(ASSAY_WIDEST_2, 2, distance)}}
#else
#define ASSAY_ROWS(distance)                                                                               \
  { {ASSAY_ROW_OF(ASSAY_WIDEST_1, 1, distance)} }
#endif

const assay_convolution_kernels ASSAY_NAME(assay_convolution_kernels_) = {
    .widest = {ASSAY_WIDEST_1, ASSAY_WIDEST_2},
    .tiles = {ASSAY_ROWS(1), ASSAY_ROWS(2), ASSAY_ROWS(0)},
    .activate = activate,
};
