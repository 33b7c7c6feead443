// Planes of integers in one form: see integer_planes.h.

typedef int16_t FORM(shorts) __attribute__((ext_vector_type(LANES)));
typedef uint32_t FORM(wrapping) __attribute__((ext_vector_type(LANES)));

static void FORM(widen_bytes)(const uint8_t *from, int16_t *to, size_t count, uint8_t flip, int16_t zero) {
  for (size_t i = 0; i < count; i++) to[i] = (int16_t)((from[i] ^ flip) - zero);
}

/// Every `step`-th of the values.
INLINE integers FORM(every)(const int16_t *from, ptrdiff_t step) {
  integers result = 0;
  if (step == 1) {
    FORM(shorts) values;
    __builtin_memcpy(&values, from, sizeof values);
    result = __builtin_convertvector(values, integers);
  } else if (step == 2) {
    // Pairs as one number each, of which the lower half is the first on every processor that this runs on.
    __builtin_memcpy(&result, from, sizeof result);
    result = (result << 16) >> 16;
  } else {
    for (int lane = 0; lane < LANES; lane++) result[lane] = from[lane * step];
  }
  return result;
}

INLINE void FORM(integer_row)(const assay_integer_window *window, const int16_t *planes, const int16_t *weights,
                              int32_t *out, const ptrdiff_t step) {
  const int32_t width = window->out_width;
  for (int32_t x = 0; x < width; x += LANES) {
    const int16_t *weight = weights;
    FORM(wrapping) sum = 0;
    for (int32_t channel = 0; channel < window->channels; channel++)
      for (int32_t v = 0; v < window->kernel_height; v++) {
        const int16_t *from = planes + channel * window->plane_pitch +
                              (int64_t)v * window->dilation_height * window->row_pitch + x * step;
        for (int32_t u = 0; u < window->kernel_width; u++)
          sum += (FORM(wrapping))(FORM(every)(from + (ptrdiff_t)u * window->dilation_width, step) *
                                  (integers)(*weight++));
      }
    const size_t count = width - x < LANES ? (size_t)(width - x) : LANES;
    __builtin_memcpy(out + x, &sum, count * sizeof(int32_t));
  }
}

static void FORM(integer_plane_row)(const assay_integer_window *window, const int16_t *planes, const int16_t *weights,
                                    int32_t *out) {
  if (window->stride_width == 1)
    FORM(integer_row)(window, planes, weights, out, 1);
  else if (window->stride_width == 2)
    FORM(integer_row)(window, planes, weights, out, 2);
  else
    FORM(integer_row)(window, planes, weights, out, window->stride_width);
}
