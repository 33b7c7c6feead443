#include "resizing.h"

#include <string.h>

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

static void nearest_blocks(const float *x, float *y, const int32_t *column, int32_t count) {
  for (int32_t i = 0; i < count; i++)
    memcpy(y + (ptrdiff_t)i * assay_block, x + (ptrdiff_t)column[i] * assay_block, assay_block * sizeof(float));
}

static void linear_blocks(const float *row0, const float *row1, float weight, float *y, const assay_resize_axis *axis) {
  for (int32_t i = 0; i < axis->count; i++) {
    const ptrdiff_t low = (ptrdiff_t)axis->low[i] * assay_block, high = (ptrdiff_t)axis->high[i] * assay_block;
    for (int lane = 0; lane < assay_block; lane++) {
      const float upper = row0[low + lane] + (row0[high + lane] - row0[low + lane]) * axis->weight[i];
      const float lower = row1[low + lane] + (row1[high + lane] - row1[low + lane]) * axis->weight[i];
      y[(ptrdiff_t)i * assay_block + lane] = upper + (lower - upper) * weight;
    }
  }
}

void assay_resize_planes(const assay_resize *resize, const float *x, float *y, int32_t plane_begin,
                         int32_t plane_end) {
  const assay_blocked *in = &resize->in, *out = &resize->out;
  for (int32_t plane = plane_begin; plane < plane_end; plane++) {
    const int32_t image = plane / resize->blocks, block = plane % resize->blocks;
    const float *from = x + image * in->image + block * in->plane + in->origin;
    float *to = y + image * out->image + block * out->plane;
    for (int32_t row = 0; row < resize->rows.count; row++) {
      float *target = to + out->origin + row * out->row;
      const float *first = from + resize->rows.low[row] * in->row;
      if (resize->is_linear)
        linear_blocks(first, from + resize->rows.high[row] * in->row, resize->rows.weight[row], target,
                      &resize->columns);
      else
        nearest_blocks(first, target, resize->columns.low, resize->columns.count);
    }
    assay_zero_halo(out, to, 0, out->height);
  }
}
