#include "vector_math.h"

typedef uint32_t FORM(unsigned_integers) __attribute__((ext_vector_type(LANES)));

INLINE vector FORM(binary_value)(const assay_binary function, vector a, vector b) {
  switch (function) {
    case assay_binary_add: return a + b;
    case assay_binary_subtract: return a - b;
    case assay_binary_multiply: return a * b;
    case assay_binary_divide: return a / b;
    case assay_binary_maximum: return a != a ? a : a > b ? a : b;
    case assay_binary_minimum: return a != a ? a : a < b ? a : b;
    case assay_binary_squared_difference: return (a - b) * (a - b);
    case assay_binary_prelu: return a < 0.0f ? a * b : a;
    case assay_binary_add_integers: return (vector)((FORM(unsigned_integers))a + (FORM(unsigned_integers))b);
    case assay_binary_power: {
      for (int lane = 0; lane < LANES; lane++) a[lane] = powf(a[lane], b[lane]);
      return a;
    }
    default: return a;
  }
}

INLINE void FORM(binary_row)(const assay_binary function, const bool a_steps, const bool b_steps, const float *a,
                             const float *b, float *y, size_t count) {
  if (count == 0) return;
  const vector all_a = ALL(a[0]), all_b = ALL(b[0]);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    FORM(store)(y + i, FORM(binary_value)(function, a_steps ? FORM(load)(a + i) : all_a,
                                          b_steps ? FORM(load)(b + i) : all_b));
  if (i < count)
    FORM(store_part)(y + i,
                     FORM(binary_value)(function, a_steps ? FORM(load_part)(a + i, count - i) : all_a,
                                        b_steps ? FORM(load_part)(b + i, count - i) : all_b),
                     count - i);
}

#define BINARY(name)                                                                              \
  static void FORM(name##_values)(const float *a, const float *b, float *y, size_t count) {       \
    FORM(binary_row)(assay_binary_##name, true, true, a, b, y, count);                            \
  }                                                                                               \
  static void FORM(name##_by_one)(const float *a, const float *b, float *y, size_t count) {       \
    FORM(binary_row)(assay_binary_##name, true, false, a, b, y, count);                           \
  }                                                                                               \
  static void FORM(name##_of_one)(const float *a, const float *b, float *y, size_t count) {       \
    FORM(binary_row)(assay_binary_##name, false, true, a, b, y, count);                           \
  }
BINARY(add)
BINARY(subtract)
BINARY(multiply)
BINARY(divide)
BINARY(maximum)
BINARY(minimum)
BINARY(power)
BINARY(squared_difference)
BINARY(prelu)
BINARY(add_integers)
#undef BINARY

static const binary_row FORM(binary_rows)[assay_binary_count][3] = {
#define ENTRY(name) [assay_binary_##name] = {FORM(name##_values), FORM(name##_by_one), FORM(name##_of_one)}
    ENTRY(add),     ENTRY(subtract), ENTRY(multiply), ENTRY(divide), ENTRY(maximum),
    ENTRY(minimum), ENTRY(power),    ENTRY(squared_difference), ENTRY(prelu), ENTRY(add_integers),
#undef ENTRY
};

static void FORM(select_row)(const assay_rows *rows, const float *a, const float *b, const uint8_t *c, float *y) {
  const size_t count = rows->count;
  if (rows->c_step == 0) {
    const bool takes_a = c[0] != 0;
    const float *from = takes_a ? a : b;
    const int step = takes_a ? rows->a_step : rows->b_step;
    for (size_t i = 0; i < count; i++) y[i] = from[step ? i : 0];
  } else if (rows->a_step && rows->b_step) {
    for (size_t i = 0; i < count; i++) y[i] = c[i] ? a[i] : b[i];
  } else {
    for (size_t i = 0; i < count; i++) y[i] = c[i] ? a[rows->a_step ? i : 0] : b[rows->b_step ? i : 0];
  }
}
