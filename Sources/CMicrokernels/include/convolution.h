// Convolutions, windows and elementwise work on tensors in the layout N, ceil(C / 16), H, W, 16.
#ifndef ASSAY_CONVOLUTION_H
#define ASSAY_CONVOLUTION_H

#include "isa.h"
#include <stddef.h>
#include <stdint.h>

enum {
  /// Channels in a block.
  assay_block = 16,
  /// Output pixels that the widest register tile holds.
  assay_widest_tile = 14,
};

/// What happens to a value after bias, residual and clamp.
typedef enum {
  assay_activation_none = 0,
  assay_activation_sigmoid = 1,
  assay_activation_silu = 2,
  assay_activation_hard_sigmoid = 3,
  assay_activation_hard_swish = 4,
  assay_activation_leaky_relu = 5,
  assay_activation_gelu = 6,
  assay_activation_tanh = 7,
} assay_activation;

/// One register tile: up to 14 pixels by 1 or 2 blocks of output channels, summed over the whole window.
///
/// The first half of the pixels, rounded up, lies from `in0` / `out0` on, the rest from `in1` / `out1`, so that one
/// tile covers either a run of pixels or the same columns of two rows.
typedef struct {
  const float *in0, *in1;
  const float *weights; // [input block][kernel row][kernel column][input channel][output channel of the tile]
  const float *bias;
  const float *residual0, *residual1; // null where nothing is added
  float *out0, *out1;
  const float *prefetch; // what will be read next, brought to the second-level cache meanwhile
  ptrdiff_t prefetch_step; // floats per four input channels
  ptrdiff_t in_plane, in_row, in_column; // floats from a block, kernel row, kernel column to the next
  ptrdiff_t in_pixel; // floats from one output pixel's window to the next's
  ptrdiff_t out_plane;
  int32_t in_blocks;
  int32_t last_steps; // groups of four channels that the last input block holds
  int32_t kernel_height, kernel_width;
  float low, high;
} assay_convolution_tile;

typedef void (*assay_convolution_tile_function)(const assay_convolution_tile *);

/// The kernels of one instruction set.
typedef struct {
  int32_t widest[2]; // pixels of the widest tile with 1 and 2 blocks; 0 where there is none
  /// By distance between pixels (1, 2, any), blocks less one, pixels less one.
  assay_convolution_tile_function tiles[3][2][assay_widest_tile];
  void (*activate)(float *values, ptrdiff_t count, assay_activation kind, float alpha, float beta);
} assay_convolution_kernels;

const assay_convolution_kernels *assay_convolution_kernels_for(assay_isa isa);

/// The weights of up to two blocks of output channels.
typedef struct {
  const float *weights;
  int32_t in_block, in_blocks; // the input blocks that are read
  int32_t last_steps;
  int32_t out_block, out_blocks;
} assay_convolution_panel;

/// A tensor's place in memory. Distances in floats.
typedef struct {
  ptrdiff_t image, plane, row, origin;
  int32_t height, width, halo;
} assay_blocked;

/// A direct convolution, ready to run.
typedef struct {
  const assay_convolution_kernels *kernels;
  const assay_convolution_panel *panels;
  const float *bias;
  assay_blocked in, out;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t dilation_height, dilation_width;
  int32_t pad_top, pad_left;
  int32_t steps; // that an image's output is cut into
  int32_t rows_per_step; // 2 where a tile covers two rows; 0 where rows do not matter and a step is one tile
  int32_t tiles_per_step;
  int32_t panels_per_group; // panels whose weights stay in the cache while the pixels pass
  int32_t channels; // of the output
  float low, high;
  assay_activation activation;
  float alpha, beta;
} assay_convolution;

/// Does images x steps x panels of a convolution, all ranges half open.
/// `residual` is null or a tensor of the output's layout; it may be the output itself.
void assay_convolution_direct(
    const assay_convolution *convolution, const float *in, const float *residual, float *out,
    int32_t image_begin, int32_t image_end, int32_t step_begin, int32_t step_end,
    int32_t panel_begin, int32_t panel_end);

/// Writes zeros around `row_begin ..< row_end` of one plane: left and right of them, and above the first and below
/// the last row of the plane where they are among them.
void assay_zero_halo(const assay_blocked *layout, float *plane, int32_t row_begin, int32_t row_end);

/// Packs the weights of one panel from O, I / groups, H, W; what lies outside a group becomes zero.
/// Writes `assay_panel_floats` floats.
void assay_pack_panel(
    float *packed, const float *weights, const assay_convolution_panel *panel, int32_t tile_blocks,
    int32_t in_channels, int32_t out_channels, int32_t groups, int32_t kernel_height, int32_t kernel_width);

/// Copies `rows` of a planar image of `channels` x `height` x `width` into the blocked layout `out`, border and
/// padded channels included, for the blocks `block_begin ..< block_end`.
void assay_block_planar(
    const float *planar, float *blocked, const assay_blocked *layout, int32_t channels,
    int32_t block_begin, int32_t block_end);

/// The inverse of `assay_block_planar`.
void assay_planar_from_blocked(
    const float *blocked, float *planar, const assay_blocked *layout, int32_t channels,
    int32_t block_begin, int32_t block_end);

/// Copies the pixels of one plane, writing the destination's border.
void assay_copy_plane(
    const float *source, const assay_blocked *source_layout, float *destination,
    const assay_blocked *destination_layout);

#endif
