// Conversions of runs of elements in one form: see element_conversion.h. The compiler makes vectors of the loops.

/// Toward 0 in 64 bits, and what the narrower types then cut off.
#define FROM_FLOAT(name, type, beyond_positive, beyond_negative)                                       \
  static void FORM(float32_to_##name)(const void *source, void *target, size_t count) {                \
    const float *from = source;                                                                        \
    type *to = target;                                                                                 \
    for (size_t i = 0; i < count; i++) {                                                               \
      const float value = from[i], magnitude = __builtin_fabsf(value);                                 \
      const int fits = magnitude < 0x1p63f;                                                            \
      const type whole = (type)(int64_t)(fits ? value : 0.0f);                                         \
      const type beyond = value > 0 ? (beyond_positive) : (beyond_negative);                           \
      to[i] = fits ? whole : magnitude < __builtin_inff() ? beyond : 0;                                \
    }                                                                                                  \
  }
FROM_FLOAT(int64, int64_t, INT64_MIN, INT64_MIN)
FROM_FLOAT(int32, int32_t, INT32_MIN, INT32_MIN)
FROM_FLOAT(int8, int8_t, INT8_MIN, INT8_MIN)
FROM_FLOAT(uint8, uint8_t, UINT8_MAX, 0)
#undef FROM_FLOAT

#define CONVERSION(from_name, from_type, to_name, to_type, expression)                                  \
  static void FORM(from_name##_to_##to_name)(const void *source, void *target, size_t count) {          \
    const from_type *from = source;                                                                     \
    to_type *to = target;                                                                               \
    for (size_t i = 0; i < count; i++) {                                                                \
      const from_type value = from[i];                                                                  \
      to[i] = (to_type)(expression);                                                                    \
    }                                                                                                   \
  }
CONVERSION(float32, float, float32, float, value)
CONVERSION(float32, float, bool, uint8_t, value != 0)
#define FROM_INTEGER(name, type, number)                                                                \
  CONVERSION(name, type, float32, float, number)                                                        \
  CONVERSION(name, type, int64, int64_t, number)                                                        \
  CONVERSION(name, type, int32, int32_t, number)                                                        \
  CONVERSION(name, type, int8, int8_t, number)                                                          \
  CONVERSION(name, type, uint8, uint8_t, number)                                                        \
  CONVERSION(name, type, bool, uint8_t, value != 0)
FROM_INTEGER(int64, int64_t, value)
FROM_INTEGER(int32, int32_t, value)
FROM_INTEGER(int8, int8_t, value)
FROM_INTEGER(uint8, uint8_t, value)
FROM_INTEGER(bool, uint8_t, value != 0)
#undef FROM_INTEGER
#undef CONVERSION

static const convert_elements FORM(conversions)[assay_element_count][assay_element_count] = {
#define ROW(name)                                                                                       \
  {FORM(name##_to_float32), FORM(name##_to_int64), FORM(name##_to_int32), FORM(name##_to_int8),         \
   FORM(name##_to_uint8), FORM(name##_to_bool)}
    ROW(float32), ROW(int64), ROW(int32), ROW(int8), ROW(uint8), ROW(bool),
#undef ROW
};
