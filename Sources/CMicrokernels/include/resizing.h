// Resizing of images: dense planes, and blocks of channels.
#ifndef ASSAY_RESIZING_H
#define ASSAY_RESIZING_H

#include <stddef.h>
#include <stdint.h>

#include "convolution.h"

/// y = x at `column[i]`.
void assay_resize_nearest_row(const float *x, float *y, const int32_t *column, size_t count);

/// y = rows 0 and 1, interpolated between columns low[i] and high[i] by fraction[i], then between the rows by `weight`.
void assay_resize_linear_row(const float *row0, const float *row1, float weight, float *y, const int32_t *low,
                             const int32_t *high, const float *fraction, size_t count);

/// For each index of the result along an axis, the two indices of the source that it lies between, and the weight of the second.
typedef struct {
  const int32_t *low, *high;
  const float *weight;
  int32_t count;
} assay_resize_axis;

/// An image in blocks of channels and the one that it becomes.
typedef struct {
  assay_blocked in, out;
  int32_t blocks; // of an image
  assay_resize_axis rows, columns;
  int32_t is_linear; // else all weights are 0
} assay_resize;

/// The planes of one block of channels each from `plane_begin` on, the result's border included.
void assay_resize_planes(const assay_resize *resize, const float *x, float *y, int32_t plane_begin, int32_t plane_end);

#endif
