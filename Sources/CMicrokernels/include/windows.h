// Windows over dense planes (channels outside): pooling in up to three dimensions, and resizing in two.
#ifndef ASSAY_WINDOWS_H
#define ASSAY_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

typedef enum { assay_window_maximum, assay_window_mean, assay_window_mean_with_padding } assay_window_kind;

/// The dimensions are depth, height, width; unused ones have extent, window and stride 1.
typedef struct {
  assay_window_kind kind;
  ptrdiff_t input[3], output[3], window[3], stride[3], dilation[3], pad_before[3], pad_after[3];
} assay_window;
void assay_window_plane(const assay_window *window, const float *x, float *y);

/// y = x at `column[i]`.
void assay_resize_nearest_row(const float *x, float *y, const int32_t *column, size_t count);

/// y = rows 0 and 1, interpolated between columns low[i] and high[i] by fraction[i], then between the rows by `weight`.
void assay_resize_linear_row(const float *row0, const float *row1, float weight, float *y, const int32_t *low,
                             const int32_t *high, const float *fraction, size_t count);

#endif
