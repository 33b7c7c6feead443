#include "windows.h"

#include <math.h>

typedef struct {
  ptrdiff_t first, last, padded; // taps inside the input, and inside the padded input
} taps;

/// The taps `first ..< last` of the window at `position` that fall into the input.
static taps taps_at(const assay_window *window, int axis, ptrdiff_t position) {
  const ptrdiff_t start = position * window->stride[axis] - window->pad_before[axis];
  const ptrdiff_t step = window->dilation[axis], extent = window->input[axis];
  taps result = {0, window->window[axis], 0};
  if (start < 0) result.first = (-start + step - 1) / step;
  if (start + (result.last - 1) * step >= extent)
    result.last = extent > start ? (extent - start + step - 1) / step : 0;
  for (ptrdiff_t tap = 0; tap < window->window[axis]; tap++)
    if (start + tap * step < extent + window->pad_after[axis]) result.padded++;
  if (result.last < result.first) result.last = result.first;
  return result;
}

static float window_value(const assay_window *window, const float *x, const ptrdiff_t position[3]) {
  const taps z = taps_at(window, 0, position[0]), y = taps_at(window, 1, position[1]),
             w = taps_at(window, 2, position[2]);
  ptrdiff_t start[3];
  for (int axis = 0; axis < 3; axis++)
    start[axis] = position[axis] * window->stride[axis] - window->pad_before[axis];
  const int is_maximum = window->kind == assay_window_maximum;
  float value = is_maximum ? -INFINITY : 0;
  for (ptrdiff_t i = z.first; i < z.last; i++)
    for (ptrdiff_t j = y.first; j < y.last; j++) {
      const float *row = x + ((start[0] + i * window->dilation[0]) * window->input[1] + start[1] +
                              j * window->dilation[1]) * window->input[2] + start[2];
      for (ptrdiff_t k = w.first; k < w.last; k++) {
        const float tap = row[k * window->dilation[2]];
        value = is_maximum ? (tap > value || tap != tap ? tap : value) : value + tap;
      }
    }
  if (is_maximum) return value;
  const ptrdiff_t inside = (z.last - z.first) * (y.last - y.first) * (w.last - w.first);
  const ptrdiff_t count =
      window->kind == assay_window_mean_with_padding ? z.padded * y.padded * w.padded : inside;
  return count > 0 ? value / (float)count : 0;
}

void assay_window_plane(const assay_window *window, const float *x, float *y) {
  ptrdiff_t position[3];
  for (position[0] = 0; position[0] < window->output[0]; position[0]++)
    for (position[1] = 0; position[1] < window->output[1]; position[1]++)
      for (position[2] = 0; position[2] < window->output[2]; position[2]++)
        *y++ = window_value(window, x, position);
}

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
