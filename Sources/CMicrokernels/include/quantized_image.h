// Images of unsigned bytes with the channels last, and what quantised networks do with them.
//
// A byte q stands for `scale (q - zero point)`. Signed bytes are kept as q + 128, their zero points likewise, so that every
// kernel sees unsigned ones.
#ifndef ASSAY_QUANTIZED_IMAGE_H
#define ASSAY_QUANTIZED_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "isa.h"

/// `N, H + 2 halo, W + 2 halo, pixel_pitch` bytes, of each pixel the first `channels` hold values. All pitches are in bytes.
/// Up to 63 bytes behind the last pixel are read, and then multiplied by 0.
typedef struct {
  int32_t batch, channels, height, width, halo, pixel_pitch;
  int64_t row_pitch, image_pitch;
} assay_byte_image;

/// From 32-bit sums to bytes: `clamp(round((sum + bias[c]) scale[c]) + zero, low, high)`, halves to even; then, with a
/// second operand, `clamp(round(first first_scale + second second_scale + offset), sum_low, sum_high)`.
typedef struct {
  /// As many of each as the output's channels, rounded up to 16.
  const int32_t *bias;
  const float *scale;
  int32_t zero, low, high;
  int32_t adds;
  /// Whether the sum's first operand, whose product is added last, is this result and not the other image.
  int32_t result_is_first;
  float first_scale, second_scale, offset;
  int32_t sum_low, sum_high;
  /// Bytes of a pixel.
  int32_t room;
} assay_byte_rounding;

typedef struct assay_byte_depthwise assay_byte_depthwise;

/// What a form computes at once: sums over bytes of some pixels for some panels of 16 output channels.
typedef struct {
  const uint8_t *a;
  /// Bytes from a pixel to the next.
  ptrdiff_t a_step;
  int32_t segments;
  const int64_t *segment_offsets;
  /// Of 4 bytes, in a segment.
  int32_t groups;
  /// `[panel][segment][group][16][4]`
  const int8_t *b;
  int64_t panel_bytes;
  /// `[pixel][32]`
  int32_t *sums;
  /// What the form remembers from one block to the next: 0 before the first one.
  int32_t state;
} assay_byte_block;

typedef struct {
  int32_t rows, panels;
  /// The groups of a segment are a multiple of this.
  int32_t group_multiple;
  void (*block)(assay_byte_block *block, int rows, int panels);
  /// Ends a series of blocks.
  void (*end)(void);
  /// Turns the sums of `pixels` pixels, which lie side by side in both images, into bytes.
  void (*round)(const assay_byte_rounding *, const int32_t *sums, uint8_t *out, const uint8_t *other, size_t pixels,
                size_t channel, size_t panels);
  /// One row of pixels of a depthwise convolution: see `assay_byte_depthwise`.
  void (*depthwise)(const assay_byte_depthwise *, const uint8_t *in, uint8_t *out, size_t pixels);
} assay_byte_form;

/// Whether this processor multiplies tiles of bytes (AMX) and the system lets this process do it.
int assay_has_byte_tiles(void);

/// `with_tiles`: in the form for AMX, where it is built.
const assay_byte_form *assay_byte_form_for(assay_isa isa, int with_tiles);

/// A convolution with one group.
typedef struct {
  const assay_byte_form *form;
  assay_byte_image in, out;
  int32_t kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  /// Bytes from pixel (0, 0) of the stored image, border included, to the first tap of the first window.
  int64_t origin;
  /// Whether windows are first brought together, each into one run of bytes, in scratch memory.
  int32_t gathers;
  /// What is read of a window: runs of `segment_bytes` at these offsets from its first tap.
  int32_t segments;
  int64_t segment_bytes;
  const int64_t *segment_offsets;
  /// Of 4 bytes, of a segment, or of all segments if they are gathered; rounded up to the form's multiple.
  int32_t groups;
  /// Output pixels as the blocks count them: `view_images` runs of `view_pixels`, in rows of `view_row` of which the first
  /// `out.width` are real.
  int32_t view_images;
  int64_t view_pixels, view_row, view_image_pitch;
  /// Pixels that are done for all channels before the next.
  int64_t chunk;
  int32_t panels;
  const int8_t *weights;
  assay_byte_rounding rounding;
} assay_byte_convolution;

/// Bytes from one gathered window to the next.
int64_t assay_byte_gathered_pitch(const assay_byte_convolution *convolution);

/// Chunks `first ..< last` of `view_images * ceil(view_pixels / chunk)`, and of the panels `first_panel ..< last_panel`.
/// `other`: the second operand of a sum, which lies in memory as the output does. `scratch`: `chunk` gathered windows.
void assay_byte_convolve(const assay_byte_convolution *convolution, const uint8_t *in, uint8_t *out, const uint8_t *other,
                         uint8_t *scratch, int64_t first, int64_t last, int32_t first_panel, int32_t last_panel);

/// Where the sums of a convolution go as they are: `sums + offset[channel] + factor[channel] window_sum[pixel]`.
typedef struct {
  /// `N, O, H, W`
  int32_t *out;
  /// One for each channel.
  const int32_t *offset, *factor;
  /// `N, H, W`; null where the factors are all 0.
  const int32_t *window_sum;
} assay_byte_sums;

/// As `assay_byte_convolve`, without rounding.
void assay_byte_convolve_sums(const assay_byte_convolution *convolution, const uint8_t *in, const assay_byte_sums *sums,
                              uint8_t *scratch, int64_t first, int64_t last, int32_t first_panel, int32_t last_panel);

/// The sum of the channels of each pixel, border included, `N, H + 2 halo, W + 2 halo`: stored rows `first ..< last` of all images.
void assay_byte_channel_sums(const assay_byte_image *image, const uint8_t *in, int32_t *sums, int64_t first,
                             int64_t last);

/// The sums of windows over such sums, `N, H, W` of the output: rows `first ..< last`.
void assay_byte_window_sums(const assay_byte_convolution *convolution, const int32_t *channel_sums, int32_t *sums,
                            int64_t first, int64_t last);

/// A convolution of each channel by itself.
struct assay_byte_depthwise {
  const assay_byte_form *form;
  assay_byte_image in, out;
  int32_t kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int64_t origin;
  /// `[tap][channel]`, the channels rounded up to 16.
  const int16_t *weights;
  int32_t channels;
  /// For the forms that take 3x3 windows by columns, or null: `[64 channels][tap across][4][16 lanes][4]`, of which three bytes
  /// are the taps of a column, and bias and scale in the same order of channels, which `assay_byte_column_channel` gives.
  const int8_t *columns;
  const int32_t *column_bias;
  const float *column_scale;
  assay_byte_rounding rounding;
};

/// Whether a form takes 3x3 windows by columns.
int assay_byte_takes_columns(const assay_byte_form *form, int32_t stride);

/// The channel among 64 in lane `lane` of vector `vector`.
static inline int32_t assay_byte_column_channel(int32_t vector, int32_t lane) {
  return 16 * (lane / 4) + 4 * vector + lane % 4;
}

/// Rows `first ..< last` of all images.
void assay_byte_depthwise_rows(const assay_byte_depthwise *depthwise, const uint8_t *in, uint8_t *out, int64_t first,
                               int64_t last);

/// Writes `value` to the border of rows `first ..< last` of all images, and above the first and below the last of each.
void assay_byte_border(const assay_byte_image *image, uint8_t *base, uint8_t value, int64_t first, int64_t last);

/// A window that takes the largest byte, or the mean: `clamp(round((sum - count zero) scale / count) + out_zero, 0, 255)`.
typedef struct {
  assay_byte_image in, out;
  int32_t kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int32_t pad_top, pad_left, pad_bottom, pad_right;
  int32_t averages, counts_padding;
  int32_t in_zero, out_zero;
  float scale;
} assay_byte_pooling;

/// Rows `first ..< last` of all images.
void assay_byte_pool_rows(assay_isa isa, const assay_byte_pooling *pooling, const uint8_t *in, uint8_t *out, int64_t first,
                          int64_t last);

/// `x / scale`, rounded with halves to even, `+ zero`, from rows of floats `N, C, H, W`; rows `first ..< last`.
void assay_byte_quantize_rows(assay_isa isa, const assay_byte_image *image, const float *in, uint8_t *out, float scale,
                              int32_t zero, int32_t low, int32_t high, int64_t first, int64_t last);
/// `scale (q - zero)` to floats `N, C, H, W`.
void assay_byte_dequantize_rows(assay_isa isa, const assay_byte_image *image, const uint8_t *in, float *out, float scale,
                                int32_t zero, int64_t first, int64_t last);
/// Bytes `N, C, H, W`, each changed by `flip` (exclusive or), to or from an image.
void assay_byte_from_planes(const assay_byte_image *image, const uint8_t *in, uint8_t *out, uint8_t flip, int64_t first,
                            int64_t last);
void assay_byte_to_planes(const assay_byte_image *image, const uint8_t *in, uint8_t *out, uint8_t flip, int64_t first,
                          int64_t last);

/// Channels of one image put behind `channel` channels of another, each byte replaced by its entry in `table`.
void assay_byte_place_rows(const assay_byte_image *in, const assay_byte_image *out, int32_t channel,
                           const uint8_t *table, const uint8_t *from, uint8_t *to, int64_t first, int64_t last);

/// `clamp(round(first first_scale + second second_scale + offset), low, high)`, or for products
/// `clamp(round((first - first_zero)(second - second_zero) scale) + zero, low, high)`.
typedef struct {
  assay_byte_image first, second, out;
  int32_t multiplies;
  float first_scale, second_scale, offset;
  int32_t first_zero, second_zero, zero, low, high;
} assay_byte_pair;

void assay_byte_pair_rows(assay_isa isa, const assay_byte_pair *pair, const uint8_t *first_image,
                          const uint8_t *second_image, uint8_t *out, int64_t first, int64_t last);

#endif
