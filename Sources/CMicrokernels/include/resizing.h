// Resizing of dense planes (channels outside).
#ifndef ASSAY_RESIZING_H
#define ASSAY_RESIZING_H

#include <stddef.h>
#include <stdint.h>

/// y = x at `column[i]`.
void assay_resize_nearest_row(const float *x, float *y, const int32_t *column, size_t count);

/// y = rows 0 and 1, interpolated between columns low[i] and high[i] by fraction[i], then between the rows by `weight`.
void assay_resize_linear_row(const float *row0, const float *row1, float weight, float *y, const int32_t *low,
                             const int32_t *high, const float *fraction, size_t count);

#endif
