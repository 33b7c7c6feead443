// Convolutions of single planes of 16-bit integers.
#ifndef ASSAY_INTEGER_PLANES_H
#define ASSAY_INTEGER_PLANES_H

#include <stddef.h>
#include <stdint.h>

#include "isa.h"

/// Windows over `channels` planes with their padding. Pitches are in values; behind the last plane up to 16 `stride_width`
/// values are read and not used.
typedef struct {
  int32_t channels, kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int64_t row_pitch, plane_pitch;
  int32_t out_height, out_width;
} assay_integer_window;

/// `height` rows of `width` bytes less `zero`, as 16-bit integers `pitch` apart. `flip` makes unsigned bytes of signed ones.
void assay_widen_byte_plane(assay_isa isa, const uint8_t *from, int16_t *to, int32_t height, int32_t width,
                            int64_t pitch, uint8_t flip, int32_t zero);

/// One plane of sums, wrapped around. `weights`: `[channel][tap]`.
void assay_convolve_integer_plane(assay_isa isa, const assay_integer_window *window, const int16_t *planes,
                                  const int16_t *weights, int32_t *out);

#endif
