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
  float scale; // of a sum
} assay_convolution_tile;

typedef void (*assay_convolution_tile_function)(const assay_convolution_tile *);

/// One tile of a Winograd convolution's output.
typedef struct {
  const float *in;
  ptrdiff_t in_element;
  const float *bias, *residual; // the residual may be null
  float *out;
  ptrdiff_t row; // of output and residual
  int32_t rows, columns; // that lie in the image
  float low, high;
} assay_winograd_output;

/// By distance between pixels (1, 2, any) and pixels less one.
typedef assay_convolution_tile_function assay_convolution_tiles[3][assay_widest_tile];

/// The kernels of one instruction set.
typedef struct {
  int32_t widest[2]; // pixels of the widest tile with 1 and 2 blocks; 0 where there is none
  assay_convolution_tiles dense[2]; // by blocks less one
  assay_convolution_tiles planar[2]; // `in_blocks` counts channels, each a plane
  assay_convolution_tiles depthwise, maximum, total; // one block; the last two without weights and bias
  /// Applies a function in place; `count` is a multiple of a block.
  void (*activate)(float *values, ptrdiff_t count, assay_activation kind, float alpha, float beta);
  /// out = min(max(x * scale + shift (+ y or * y), low), high) over pixels of one block; y may be null.
  void (*combine)(
      const float *x, const float *y, const float *scale, const float *shift, float *out, ptrdiff_t pixels,
      int32_t multiplies, float low, float high);
  /// Adds the pixels of one block, channel by channel, to the 16 `sums`.
  void (*add_pixels)(const float *x, ptrdiff_t pixels, float *sums);
  /// One tile of one block of channels, for 2x2 and 4x4 outputs: element (row, column) of the transform goes to, or
  /// comes from, (row * side + column) * element.
  void (*winograd_input[2])(const float *in, ptrdiff_t in_row, float *out, ptrdiff_t out_element);
  void (*winograd_output[2])(const assay_winograd_output *tile);
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

/// How a convolution's input and weights lie.
typedef enum {
  assay_convolution_dense = 0,
  assay_convolution_depthwise = 1, // a panel is a block, its weights [kernel row][kernel column][channel]
  assay_convolution_planar = 2, // the input in planes; weights [channel][kernel row][kernel column][output channel]
} assay_convolution_form;

/// A direct convolution, ready to run.
typedef struct {
  assay_convolution_form form;
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
  int32_t steps_per_strip; // steps that a panel does before the next panel of the group
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
void assay_pack_panel(
    float *packed, const float *weights, const assay_convolution_panel *panel, int32_t in_channels,
    int32_t out_channels, int32_t groups, int32_t kernel_height, int32_t kernel_width);

/// Packs one panel of the planar form from O, I, H, W.
void assay_pack_planar_panel(
    float *packed, const float *weights, const assay_convolution_panel *panel, int32_t out_channels,
    int32_t taps);

/// Copies rows `row_begin ..< row_end` of an image's planes, which may lie outside of it, with a border of `left` zeros
/// and zeros up to `row` floats a row. Row and plane distances of the copy are those given.
void assay_pad_planar(
    const float *planar, float *padded, int32_t channels, int32_t height, int32_t width, int32_t row_begin,
    int32_t row_end, int32_t left, ptrdiff_t row, ptrdiff_t plane);

/// Pooling, ready to run. Windows are cut at the image's edges; no halo is read.
typedef struct {
  const assay_convolution_kernels *kernels;
  assay_blocked in, out;
  int32_t blocks; // of channels in an image
  int32_t kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int32_t pad_top, pad_left, pad_bottom, pad_right;
  int32_t averages; // else the maximum
  int32_t counts_padding; // an average's divisor includes the padding
} assay_pooling;

/// Pools planes, the border of the output included.
void assay_pool_planes(
    const assay_pooling *pooling, const float *in, float *out, int32_t plane_begin, int32_t plane_end);

/// Copies a planar image of `channels` x `height` x `width` into the blocked layout `out`, border and
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

/// Copies `count` channels of an image from channel `from` of the source to channel `to` of the destination, where
/// neither need be the first of a block. Writes no border and no other channels.
void assay_copy_channels(
    const float *source, const assay_blocked *source_layout, int32_t from, float *destination,
    const assay_blocked *destination_layout, int32_t to, int32_t count);

/// An elementwise step over planes: x * scale + shift (+ y or * y), then clamp, then activation.
typedef struct {
  const assay_convolution_kernels *kernels;
  assay_blocked x, y, out;
  int32_t blocks, channels;
  int32_t multiplies; // by y; else y is added, if there is one
  float low, high;
  assay_activation activation;
  float alpha, beta;
} assay_elementwise;

/// Does planes (image * blocks + block) of it. `scale` and `shift` have a number for each channel, those of image n from
/// n * `image_scales` on for the scale.
void assay_combine_planes(
    const assay_elementwise *step, const float *x, const float *y, const float *scale, ptrdiff_t image_scales,
    const float *shift, float *out, int32_t plane_begin, int32_t plane_end);

/// The mean over the pixels of planes, to 16 floats each.
void assay_average_planes(
    const assay_convolution_kernels *kernels, const assay_blocked *layout, int32_t blocks, const float *in,
    float *means, int32_t plane_begin, int32_t plane_end);

/// A 3x3 convolution of stride 1 by Winograd's F(m x m), ready to run.
///
/// Tiles are counted along rows, image after image, and taken in blocks of at most `tiles_per_block`, whose transforms lie as
/// [element][input block][tile][16].
typedef struct {
  const assay_convolution_kernels *kernels;
  const assay_convolution_panel *panels; // weights [element][input channel][output channel of the panel]
  const float *bias, *zeros; // of 32 floats
  assay_blocked in, out;
  int32_t m; // 2 or 4
  int32_t pad_top, pad_left;
  int32_t tile_rows, tile_columns;
  int32_t tiles_per_block;
  int32_t panels_per_group; // panels that are multiplied by an element before the next element
  int32_t in_blocks, last_steps;
  ptrdiff_t element; // floats from an element of the transformed input to the next
  int32_t channels;
  float low, high;
  assay_activation activation;
  float alpha, beta;
} assay_winograd;

/// Transforms tiles `tile_begin ..< tile_end`, which are in one block of tiles, of input blocks `block_begin ..<
/// block_end`.
void assay_winograd_transform(
    const assay_winograd *winograd, const float *in, float *transformed, int32_t tile_begin,
    int32_t tile_end, int32_t block_begin, int32_t block_end);

/// Multiplies these transformed tiles by panels of weights and writes the output; `products` is scratch of
/// 32 (m + 2)^2 floats for each tile and panel of a group. The output's border is not written.
void assay_winograd_multiply(
    const assay_winograd *winograd, const float *transformed, float *products, const float *residual,
    float *out, int32_t tile_begin, int32_t tile_end, int32_t panel_begin, int32_t panel_end);

/// Transforms and packs a panel's weights from O, I, 3, 3, rounding once.
void assay_winograd_pack_panel(
    float *packed, const float *weights, const assay_convolution_panel *panel, int32_t m, int32_t in_channels,
    int32_t out_channels);

#endif
