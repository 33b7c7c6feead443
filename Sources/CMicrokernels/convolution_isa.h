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

enum {
  vectors_per_block = assay_block / ASSAY_LANES,
  // A window tile and a row of five weights: in registers where a block is one vector.
  has_registers_for_5 = vectors_per_block == 1,
};

static inline __attribute__((always_inline)) void prefetch_outputs(
    const assay_convolution_tile *tile, const int pixels, const int blocks) {
  const int first = (pixels + 1) / 2;
  ASSAY_UNROLL
  for (int block = 0; block < blocks; ++block) {
    ASSAY_UNROLL
    for (int pixel = 0; pixel < pixels; ++pixel)
      __builtin_prefetch(
          (pixel < first ? tile->out0 + pixel * assay_block : tile->out1 + (pixel - first) * assay_block) +
              block * tile->out_plane,
          1, 3);
  }
}

// Adds the residual, clamps and stores.
static inline __attribute__((always_inline)) void finish(
    const assay_convolution_tile *tile, const int pixels, const int blocks,
    vec sums[][blocks * vectors_per_block]) {
  const int first = (pixels + 1) / 2;
  const int vectors = blocks * vectors_per_block;
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
  prefetch_outputs(tile, pixels, blocks);
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
        // The same pixels of the next input block, two of each half at a time.
        const float *next0 = window0 + tile->in_plane, *next1 = window1 + tile->in_plane;
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
              __builtin_prefetch(weights + channel * weight_floats + block * assay_block + 2048, 0, 3);
            ASSAY_UNROLL
            for (int pixel = 0; pixel < pixels; ++pixel) {
              const vec value = splat(
                  pixel < first ? in0[pixel * distance + channel] : in1[(pixel - first) * distance + channel]);
              ASSAY_UNROLL
              for (int vector = 0; vector < vectors; ++vector)
                sums[pixel][vector] += weight[vector] * value;
            }
          }
          __builtin_prefetch(next0, 0, 3);
          __builtin_prefetch(next1, 0, 3);
          if (pixels > 8) {
            __builtin_prefetch(next0 + distance, 0, 3);
            __builtin_prefetch(next1 + distance, 0, 3);
          }
          next0 += (pixels > 8 ? 2 : 1) * distance;
          next1 += (pixels > 8 ? 2 : 1) * distance;
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
  finish(tile, pixels, blocks, sums);
}

// The first layer: input channels in planes, a window's values broadcast straight from them. The loop over the kernel's
// columns stays a loop: unrolled, neighbouring pixels' common values would be kept in registers that there are not.
static inline __attribute__((always_inline)) void planar_tile(
    const assay_convolution_tile *tile, const int pixels, const int blocks, const ptrdiff_t constant_distance) {
  const int first = (pixels + 1) / 2;
  const int vectors = blocks * vectors_per_block;
  const ptrdiff_t distance = constant_distance ? constant_distance : tile->in_pixel;
  vec sums[assay_widest_tile][vectors];
  ASSAY_UNROLL
  for (int vector = 0; vector < vectors; ++vector) {
    const vec bias = load(tile->bias + vector * ASSAY_LANES);
    ASSAY_UNROLL
    for (int pixel = 0; pixel < pixels; ++pixel) sums[pixel][vector] = bias;
  }
  prefetch_outputs(tile, pixels, blocks);
  const float *plane0 = tile->in0, *plane1 = tile->in1;
  const float *weights = tile->weights;
  for (int32_t channel = 0; channel < tile->in_blocks; ++channel) {
    const float *row0 = plane0, *row1 = plane1;
    for (int32_t kernel_row = 0; kernel_row < tile->kernel_height; ++kernel_row) {
      const float *in0 = row0, *in1 = row1;
#pragma clang loop unroll(disable)
      for (int32_t kernel_column = 0; kernel_column < tile->kernel_width; ++kernel_column) {
        vec weight[vectors];
        ASSAY_UNROLL
        for (int vector = 0; vector < vectors; ++vector) weight[vector] = load(weights + vector * ASSAY_LANES);
        ASSAY_UNROLL
        for (int pixel = 0; pixel < pixels; ++pixel) {
          const vec value = splat(pixel < first ? in0[pixel * distance] : in1[(pixel - first) * distance]);
          ASSAY_UNROLL
          for (int vector = 0; vector < vectors; ++vector) sums[pixel][vector] += weight[vector] * value;
        }
        weights += blocks * assay_block;
        in0 += tile->in_column;
        in1 += tile->in_column;
      }
      row0 += tile->in_row;
      row1 += tile->in_row;
    }
    plane0 += tile->in_plane;
    plane1 += tile->in_plane;
  }
  finish(tile, pixels, blocks, sums);
}

enum { window_depthwise, window_maximum, window_total };

static inline __attribute__((always_inline)) vec take_in(vec sum, vec weight, vec value, const int kind) {
  return kind == window_depthwise ? sum + weight * value : kind == window_maximum ? maximum(sum, value) : sum + value;
}

// A kernel row whose `width` columns are neighbouring pixels, for `count` outputs that are `step` pixels apart: an input
// pixel is loaded once for all the outputs that it is part of, in the order of the general form.
static inline __attribute__((always_inline)) void window_neighbours(
    const float *in, const float *weights, const int width, const int step, const int count, const int vector,
    const int kind, vec sums[][vectors_per_block]) {
  vec weight[5];
  ASSAY_UNROLL
  for (int column = 0; column < width; ++column)
    weight[column] = kind == window_depthwise ? load(weights + column * assay_block + vector * ASSAY_LANES) : splat(0);
  ASSAY_UNROLL
  for (int pixel = 0; pixel < (count - 1) * step + width; ++pixel) {
    const vec value = load(in + pixel * assay_block + vector * ASSAY_LANES);
    ASSAY_UNROLL
    for (int output = 0; output < count; ++output) {
      const int column = pixel - output * step;
      if (column >= 0 && column < width)
        sums[output][vector] = take_in(sums[output][vector], weight[column], value, kind);
    }
  }
}

// All pixels of a tile, whose halves need not lie one behind the other.
static inline __attribute__((always_inline)) void window_row(
    const float *in0, const float *in1, const float *weights, const int width, const int step, const int pixels,
    const int kind, vec sums[][vectors_per_block]) {
  const int first = (pixels + 1) / 2;
  ASSAY_UNROLL
  for (int vector = 0; vector < vectors_per_block; ++vector) {
    window_neighbours(in0, weights, width, step, first, vector, kind, sums);
    if (pixels > first) window_neighbours(in1, weights, width, step, pixels - first, vector, kind, sums + first);
  }
}

static inline __attribute__((always_inline)) void window_tile(
    const assay_convolution_tile *tile, const int pixels, const ptrdiff_t constant_distance, const int kind) {
  const int first = (pixels + 1) / 2;
  const ptrdiff_t distance = constant_distance ? constant_distance : tile->in_pixel;
  const int step = (int)(constant_distance / assay_block);
  vec sums[assay_widest_tile][vectors_per_block];
  ASSAY_UNROLL
  for (int vector = 0; vector < vectors_per_block; ++vector) {
    const vec start = kind == window_depthwise ? load(tile->bias + vector * ASSAY_LANES)
        : splat(kind == window_maximum ? -__builtin_inff() : 0);
    ASSAY_UNROLL
    for (int pixel = 0; pixel < pixels; ++pixel) sums[pixel][vector] = start;
  }
  prefetch_outputs(tile, pixels, 1);
  const float *row0 = tile->in0, *row1 = tile->in1;
  const float *weights = tile->weights;
  const int32_t width = step > 0 && tile->in_column == assay_block ? tile->kernel_width : 0;
  for (int32_t kernel_row = 0; kernel_row < tile->kernel_height; ++kernel_row) {
    if (width == 3) {
      window_row(row0, row1, weights, 3, step, pixels, kind, sums);
    } else if (width == 5 && has_registers_for_5) {
      window_row(row0, row1, weights, 5, step, pixels, kind, sums);
    } else {
      const float *in0 = row0, *in1 = row1, *at = weights;
      for (int32_t kernel_column = 0; kernel_column < tile->kernel_width; ++kernel_column) {
        ASSAY_UNROLL
        for (int vector = 0; vector < vectors_per_block; ++vector) {
          const vec weight = kind == window_depthwise ? load(at + vector * ASSAY_LANES) : splat(0);
          ASSAY_UNROLL
          for (int pixel = 0; pixel < pixels; ++pixel) {
            const vec value = load(
                (pixel < first ? in0 + pixel * distance : in1 + (pixel - first) * distance) + vector * ASSAY_LANES);
            sums[pixel][vector] = take_in(sums[pixel][vector], weight, value, kind);
          }
        }
        if (kind == window_depthwise) at += assay_block;
        in0 += tile->in_column;
        in1 += tile->in_column;
      }
    }
    if (kind == window_depthwise) weights += tile->kernel_width * assay_block;
    row0 += tile->in_row;
    row1 += tile->in_row;
  }
  if (kind == window_total) {
    const vec scale = splat(tile->scale);
    ASSAY_UNROLL
    for (int pixel = 0; pixel < pixels; ++pixel)
      ASSAY_UNROLL
      for (int vector = 0; vector < vectors_per_block; ++vector) sums[pixel][vector] *= scale;
  }
  finish(tile, pixels, 1, sums);
}

#define ASSAY_FUNCTION(name, pixels, distance, body)                                                       \
  static __attribute__((noinline)) void name##_##pixels##_##distance(const assay_convolution_tile *tile) { \
    body;                                                                                                  \
  }
#define ASSAY_SINGLE_BLOCK(pixels, distance)                                                               \
  ASSAY_FUNCTION(dense1, pixels, distance, convolution_tile(tile, pixels, 1, distance * assay_block))      \
  ASSAY_FUNCTION(planar1, pixels, distance, planar_tile(tile, pixels, 1, distance))                        \
  ASSAY_FUNCTION(                                                                                          \
      depthwise, pixels, distance, window_tile(tile, pixels, distance * assay_block, window_depthwise))    \
  ASSAY_FUNCTION(maximum, pixels, distance, window_tile(tile, pixels, distance * assay_block, window_maximum)) \
  ASSAY_FUNCTION(total, pixels, distance, window_tile(tile, pixels, distance * assay_block, window_total))
#define ASSAY_TWO_BLOCKS(pixels, distance)                                                                 \
  ASSAY_FUNCTION(dense2, pixels, distance, convolution_tile(tile, pixels, 2, distance * assay_block))      \
  ASSAY_FUNCTION(planar2, pixels, distance, planar_tile(tile, pixels, 2, distance))
#define ASSAY_EACH_DISTANCE(family, pixels) family(pixels, 0) family(pixels, 1) family(pixels, 2)
#define ASSAY_EACH_2(family) ASSAY_EACH_DISTANCE(family, 1) ASSAY_EACH_DISTANCE(family, 2)
#define ASSAY_EACH_6(family)                                                                               \
  ASSAY_EACH_2(family) ASSAY_EACH_DISTANCE(family, 3) ASSAY_EACH_DISTANCE(family, 4)                       \
  ASSAY_EACH_DISTANCE(family, 5) ASSAY_EACH_DISTANCE(family, 6)
#define ASSAY_EACH_14(family)                                                                              \
  ASSAY_EACH_6(family) ASSAY_EACH_DISTANCE(family, 7) ASSAY_EACH_DISTANCE(family, 8)                       \
  ASSAY_EACH_DISTANCE(family, 9) ASSAY_EACH_DISTANCE(family, 10) ASSAY_EACH_DISTANCE(family, 11)           \
  ASSAY_EACH_DISTANCE(family, 12) ASSAY_EACH_DISTANCE(family, 13) ASSAY_EACH_DISTANCE(family, 14)

ASSAY_PASTE(ASSAY_EACH_, ASSAY_WIDEST_1)(ASSAY_SINGLE_BLOCK)
#if ASSAY_WIDEST_2
ASSAY_PASTE(ASSAY_EACH_, ASSAY_WIDEST_2)(ASSAY_TWO_BLOCKS)
#endif

// out = min(max(x * scale + shift (+ y or * y), low), high) for each pixel of one block; scale and shift by channel.
static void combine(
    const float *x, const float *y, const float *scale, const float *shift, float *out, ptrdiff_t pixels,
    int32_t multiplies, float low, float high) {
  vec scales[vectors_per_block], shifts[vectors_per_block];
  ASSAY_UNROLL
  for (int vector = 0; vector < vectors_per_block; ++vector) {
    scales[vector] = load(scale + vector * ASSAY_LANES);
    shifts[vector] = load(shift + vector * ASSAY_LANES);
  }
  for (ptrdiff_t pixel = 0; pixel < pixels; ++pixel) {
    ASSAY_UNROLL
    for (int vector = 0; vector < vectors_per_block; ++vector) {
      const ptrdiff_t at = pixel * assay_block + vector * ASSAY_LANES;
      vec value = load(x + at) * scales[vector] + shifts[vector];
      if (y) value = multiplies ? value * load(y + at) : value + load(y + at);
      store(out + at, minimum(maximum(value, splat(low)), splat(high)));
    }
  }
}

// Adds the pixels of one block to `sums`, one for each channel; four chains hide the additions' latency.
static void add_pixels(const float *x, ptrdiff_t pixels, float *sums) {
  vec chains[4][vectors_per_block];
  ASSAY_UNROLL
  for (int vector = 0; vector < vectors_per_block; ++vector) {
    chains[0][vector] = load(sums + vector * ASSAY_LANES);
    chains[1][vector] = chains[2][vector] = chains[3][vector] = splat(0);
  }
  ptrdiff_t pixel = 0;
  for (; pixel + 4 <= pixels; pixel += 4) {
    ASSAY_UNROLL
    for (int chain = 0; chain < 4; ++chain)
      ASSAY_UNROLL
      for (int vector = 0; vector < vectors_per_block; ++vector)
        chains[chain][vector] += load(x + (pixel + chain) * assay_block + vector * ASSAY_LANES);
  }
  for (; pixel < pixels; ++pixel)
    ASSAY_UNROLL
    for (int vector = 0; vector < vectors_per_block; ++vector)
      chains[0][vector] += load(x + pixel * assay_block + vector * ASSAY_LANES);
  ASSAY_UNROLL
  for (int vector = 0; vector < vectors_per_block; ++vector)
    store(
        sums + vector * ASSAY_LANES,
        (chains[0][vector] + chains[1][vector]) + (chains[2][vector] + chains[3][vector]));
}

#include "winograd_isa.h"

#define ASSAY_ROW_2(name, distance) name##_1_##distance, name##_2_##distance
#define ASSAY_ROW_6(name, distance)                                                                        \
  ASSAY_ROW_2(name, distance), name##_3_##distance, name##_4_##distance, name##_5_##distance,              \
      name##_6_##distance
#define ASSAY_ROW_14(name, distance)                                                                       \
  ASSAY_ROW_6(name, distance), name##_7_##distance, name##_8_##distance, name##_9_##distance,              \
      name##_10_##distance, name##_11_##distance, name##_12_##distance, name##_13_##distance,              \
      name##_14_##distance
#define ASSAY_TABLE(count, name)                                                                           \
  {                                                                                                        \
    {ASSAY_PASTE(ASSAY_ROW_, count)(name, 1)}, {ASSAY_PASTE(ASSAY_ROW_, count)(name, 2)}, {                \
      ASSAY_PASTE(ASSAY_ROW_, count)(name, 0)                                                              \
    }                                                                                                      \
  }

const assay_convolution_kernels ASSAY_NAME(assay_convolution_kernels_) = {
    .widest = {ASSAY_WIDEST_1, ASSAY_WIDEST_2},
    .dense = {ASSAY_TABLE(ASSAY_WIDEST_1, dense1)},
    .planar = {ASSAY_TABLE(ASSAY_WIDEST_1, planar1)},
#if ASSAY_WIDEST_2
    .dense[1] = ASSAY_TABLE(ASSAY_WIDEST_2, dense2),
    .planar[1] = ASSAY_TABLE(ASSAY_WIDEST_2, planar2),
#endif
    .depthwise = ASSAY_TABLE(ASSAY_WIDEST_1, depthwise),
    .maximum = ASSAY_TABLE(ASSAY_WIDEST_1, maximum),
    .total = ASSAY_TABLE(ASSAY_WIDEST_1, total),
    .activate = activate,
    .combine = combine,
    .add_pixels = add_pixels,
    .winograd_input = {winograd_input_2, winograd_input_4},
    .winograd_output = {winograd_output_2, winograd_output_4},
};
