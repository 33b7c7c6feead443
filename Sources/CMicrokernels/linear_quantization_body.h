// Quantisation of runs of values in one form: see linear_quantization.h. Numbers of 8 and 16 bits and their differences are exact as floats.
#include "vector_math.h"

/// Whole numbers within `low ... high`; a quotient that is NaN is 0 whatever the zero point.
INLINE integers FORM(quantized)(vector value, vector scale, vector zero, float low, float high) {
  const vector whole = ROUND_EVEN(value / scale) + zero;
  const vector known = whole == whole ? whole : ALL(0.0f);
  return __builtin_convertvector(FORM(smaller)(FORM(larger)(known, ALL(low)), ALL(high)), integers);
}

#define NARROW(name, type, low, high)                                                                              \
  typedef type FORM(name##_lanes) __attribute__((ext_vector_type(LANES)));                                         \
                                                                                                                   \
  INLINE integers FORM(load_##name)(const type *source, size_t count) {                                            \
    FORM(name##_lanes) value = 0;                                                                                  \
    __builtin_memcpy(&value, source, count * sizeof(type));                                                        \
    return __builtin_convertvector(value, integers);                                                               \
  }                                                                                                                \
                                                                                                                   \
  INLINE void FORM(quantize_some_##name)(const assay_quantization *by, const int each, vector scale, integers zero, \
                                         const float *from, type *to, size_t start, size_t count) {                \
    const vector value = count == LANES ? FORM(load)(from + start) : FORM(load_part)(from + start, count);         \
    if (each) {                                                                                                    \
      scale = count == LANES ? FORM(load)(by->scale + start) : FORM(load_part)(by->scale + start, count);          \
      if (by->zero) zero = FORM(load_##name)((const type *)by->zero + start, count);                               \
    }                                                                                                              \
    const FORM(name##_lanes) result = __builtin_convertvector(                                                     \
        FORM(quantized)(value, scale, __builtin_convertvector(zero, vector), low, high), FORM(name##_lanes));      \
    __builtin_memcpy(to + start, &result, count * sizeof(type));                                                   \
  }                                                                                                                \
                                                                                                                   \
  INLINE void FORM(quantize_all_##name)(const assay_quantization *by, const int each, const float *from, type *to, \
                                        size_t count) {                                                            \
    const vector scale = ALL(by->scale[0]);                                                                        \
    const integers zero = (integers)(by->zero ? *(const type *)by->zero : 0);                                      \
    size_t i = 0;                                                                                                  \
    for (; i + LANES <= count; i += LANES)                                                                         \
      FORM(quantize_some_##name)(by, each, scale, zero, from, to, i, LANES);                                       \
    if (i < count) FORM(quantize_some_##name)(by, each, scale, zero, from, to, i, count - i);                      \
  }                                                                                                                \
                                                                                                                   \
  static void FORM(quantize_##name)(const assay_quantization *by, const float *from, void *to, size_t count) {     \
    if (count == 0) return;                                                                                        \
    if (by->each)                                                                                                  \
      FORM(quantize_all_##name)(by, 1, from, to, count);                                                           \
    else                                                                                                           \
      FORM(quantize_all_##name)(by, 0, from, to, count);                                                           \
  }                                                                                                                \
                                                                                                                   \
  INLINE void FORM(dequantize_some_##name)(const assay_quantization *by, const int each, vector scale,             \
                                           integers zero, const type *from, float *to, size_t start,               \
                                           size_t count) {                                                         \
    if (each) {                                                                                                    \
      scale = count == LANES ? FORM(load)(by->scale + start) : FORM(load_part)(by->scale + start, count);          \
      if (by->zero) zero = FORM(load_##name)((const type *)by->zero + start, count);                               \
    }                                                                                                              \
    const vector result = __builtin_convertvector(FORM(load_##name)(from + start, count) - zero, vector) * scale;  \
    __builtin_memcpy(to + start, &result, count * sizeof(float));                                                  \
  }                                                                                                                \
                                                                                                                   \
  INLINE void FORM(dequantize_all_##name)(const assay_quantization *by, const int each, const type *from,          \
                                          float *to, size_t count) {                                               \
    const vector scale = ALL(by->scale[0]);                                                                        \
    const integers zero = (integers)(by->zero ? *(const type *)by->zero : 0);                                      \
    size_t i = 0;                                                                                                  \
    for (; i + LANES <= count; i += LANES)                                                                         \
      FORM(dequantize_some_##name)(by, each, scale, zero, from, to, i, LANES);                                     \
    if (i < count) FORM(dequantize_some_##name)(by, each, scale, zero, from, to, i, count - i);                    \
  }                                                                                                                \
                                                                                                                   \
  static void FORM(dequantize_##name)(const assay_quantization *by, const void *from, float *to, size_t count) {   \
    if (count == 0) return;                                                                                        \
    if (by->each)                                                                                                  \
      FORM(dequantize_all_##name)(by, 1, from, to, count);                                                         \
    else                                                                                                           \
      FORM(dequantize_all_##name)(by, 0, from, to, count);                                                         \
  }
NARROW(uint8, uint8_t, 0, 255)
NARROW(int8, int8_t, -128, 127)
NARROW(uint16, uint16_t, 0, 65535)
NARROW(int16, int16_t, -32768, 32767)
#undef NARROW

/// A product of 32 by 24 bits is not exact as a float's: it is formed with 53 bits.
static void FORM(dequantize_int32)(const assay_quantization *by, const void *from, float *to, size_t count) {
  const int32_t *values = from, *zeros = by->zero;
  if (by->each) {
    for (size_t i = 0; i < count; i++)
      to[i] = (float)(((double)values[i] - (zeros ? (double)zeros[i] : 0.0)) * (double)by->scale[i]);
    return;
  }
  const double zero = zeros ? (double)zeros[0] : 0.0, scale = (double)by->scale[0];
  for (size_t i = 0; i < count; i++) to[i] = (float)(((double)values[i] - zero) * scale);
}

static void FORM(value_range)(const float *from, size_t count, float *lowest, float *highest) {
  vector low[2] = {ALL(0.0f), ALL(0.0f)}, high[2] = {ALL(0.0f), ALL(0.0f)};
  size_t i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES)
    for (int half = 0; half < 2; half++) {
      const vector value = FORM(load)(from + i + (size_t)half * LANES);
      low[half] = FORM(smaller)(value, low[half]);
      high[half] = FORM(larger)(value, high[half]);
    }
  for (; i < count; i += LANES) {
    const vector value = count - i < LANES ? FORM(load_part)(from + i, count - i) : FORM(load)(from + i);
    low[0] = FORM(smaller)(value, low[0]);
    high[0] = FORM(larger)(value, high[0]);
  }
  low[0] = FORM(smaller)(low[0], low[1]);
  high[0] = FORM(larger)(high[0], high[1]);
  float least = 0, most = 0;
  for (int lane = 0; lane < LANES; lane++) {
    least = low[0][lane] < least ? low[0][lane] : least;
    most = high[0][lane] > most ? high[0][lane] : most;
  }
  *lowest = least;
  *highest = most;
}

static const quantize_values FORM(quantizers)[] = {FORM(quantize_uint8), FORM(quantize_int8), FORM(quantize_uint16),
                                                   FORM(quantize_int16)};
static const dequantize_values FORM(dequantizers)[] = {FORM(dequantize_uint8), FORM(dequantize_int8),
                                                       FORM(dequantize_uint16), FORM(dequantize_int16),
                                                       FORM(dequantize_int32)};
