#include "resizing.h"

void assay_resize_nearest_row(const float *x, float *y, const int32_t *column, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = x[column[i]];
}

void assay_resize_linear_row(const float *row0, const float *row1, float weight, float *y, const int32_t *low,
                             const int32_t *high, const float *fraction, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float upper = row0[low[i]] + (row0[high[i]] - row0[low[i]]) * fraction[i];
    const float lower = row1[low[i]] + (row1[high[i]] - row1[low[i]]) * fraction[i];
    y[i] = upper + (lower - upper) * weight;
  }
}
