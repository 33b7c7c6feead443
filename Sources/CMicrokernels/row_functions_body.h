#include "vector_math.h"

/// Sums, not in the order of the lanes: pairs of halves, which is also the more exact order.
INLINE float FORM(sum_of_lanes)(vector x) {
  float sums[LANES];
  __builtin_memcpy(sums, &x, sizeof x);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
  return sums[0];
}

INLINE vector FORM(fold_values)(const assay_fold fold, vector state, vector x, vector shift) {
  switch (fold) {
    case assay_fold_sum: return state + x;
    case assay_fold_sum_of_magnitudes: return state + FORM(magnitude)(x);
    case assay_fold_sum_of_squares: return state + x * x;
    case assay_fold_product: return state * x;
    case assay_fold_maximum: return state > x ? state : state != state ? state : x;
    case assay_fold_minimum: return state < x ? state : state != state ? state : x;
    case assay_fold_sum_of_exponentials: return state + FORM(exponential)(x - shift);
    default: return state;
  }
}

/// Joins two partial states.
INLINE vector FORM(join_folds)(const assay_fold fold, vector a, vector b) {
  return fold == assay_fold_product || fold == assay_fold_maximum || fold == assay_fold_minimum
             ? FORM(fold_values)(fold, a, b, a)
             : a + b;
}

INLINE float FORM(fold_row)(const assay_fold fold, float state, const float *x, float shift, size_t count) {
  const float identity = fold == assay_fold_product   ? 1.0f
                         : fold == assay_fold_maximum ? -INFINITY
                         : fold == assay_fold_minimum ? INFINITY
                                                      : 0.0f;
  const vector shifts = ALL(shift);
  vector a = ALL(identity), b = a, c = a, d = a;
  size_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
    a = FORM(fold_values)(fold, a, FORM(load)(x + i), shifts);
    b = FORM(fold_values)(fold, b, FORM(load)(x + i + LANES), shifts);
    c = FORM(fold_values)(fold, c, FORM(load)(x + i + 2 * LANES), shifts);
    d = FORM(fold_values)(fold, d, FORM(load)(x + i + 3 * LANES), shifts);
  }
  a = FORM(join_folds)(fold, FORM(join_folds)(fold, a, b), FORM(join_folds)(fold, c, d));
  for (; i + LANES <= count; i += LANES) a = FORM(fold_values)(fold, a, FORM(load)(x + i), shifts);
  if (i < count) {
    vector rest = FORM(fold_values)(fold, ALL(identity), FORM(load_part)(x + i, count - i), shifts);
    for (size_t lane = count - i; lane < LANES; lane++) rest[lane] = identity;
    a = FORM(join_folds)(fold, a, rest);
  }
  if (fold != assay_fold_product && fold != assay_fold_maximum && fold != assay_fold_minimum)
    return state + FORM(sum_of_lanes)(a);
  vector result = ALL(state);
  for (int lane = 0; lane < LANES; lane++) result = FORM(join_folds)(fold, result, ALL(a[lane]));
  return result[0];
}

INLINE void FORM(fold_into_row)(const assay_fold fold, float *state, const float *x, const float *shift,
                                size_t count) {
  const int shifts = fold == assay_fold_sum_of_exponentials;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    FORM(store)(state + i, FORM(fold_values)(fold, FORM(load)(state + i), FORM(load)(x + i),
                                             shifts ? FORM(load)(shift + i) : ALL(0.0f)));
  if (i < count)
    FORM(store_part)(state + i,
                     FORM(fold_values)(fold, FORM(load_part)(state + i, count - i), FORM(load_part)(x + i, count - i),
                                       shifts ? FORM(load_part)(shift + i, count - i) : ALL(0.0f)),
                     count - i);
}

#define FOLD(name)                                                                                      \
  static void FORM(row_##name)(float *state, const float *x, const float *shift, size_t count) {        \
    *state = FORM(fold_row)(assay_fold_##name, *state, x, shift ? *shift : 0.0f, count);                \
  }                                                                                                     \
  static void FORM(column_##name)(float *state, const float *x, const float *shift, size_t count) {     \
    FORM(fold_into_row)(assay_fold_##name, state, x, shift, count);                                     \
  }
FOLD(sum)
FOLD(sum_of_magnitudes)
FOLD(sum_of_squares)
FOLD(product)
FOLD(maximum)
FOLD(minimum)
FOLD(sum_of_exponentials)
#undef FOLD

#define FOLDS(direction)                                                                                          \
  static void (*const FORM(direction##_folds)[assay_fold_count])(float *, const float *, const float *, size_t) = { \
      [assay_fold_sum] = FORM(direction##_sum),                                                                   \
      [assay_fold_sum_of_magnitudes] = FORM(direction##_sum_of_magnitudes),                                       \
      [assay_fold_sum_of_squares] = FORM(direction##_sum_of_squares),                                             \
      [assay_fold_product] = FORM(direction##_product),                                                           \
      [assay_fold_maximum] = FORM(direction##_maximum),                                                           \
      [assay_fold_minimum] = FORM(direction##_minimum),                                                           \
      [assay_fold_sum_of_exponentials] = FORM(direction##_sum_of_exponentials),                                   \
  };
FOLDS(row)
FOLDS(column)
#undef FOLDS

static void FORM(softmax_row)(const float *x, float *y, size_t count, int logarithmic) {
  const float highest = FORM(fold_row)(assay_fold_maximum, -INFINITY, x, 0, count);
  if (logarithmic) {
    const float sum = FORM(fold_row)(assay_fold_sum_of_exponentials, 0, x, highest, count);
    const float shift = highest + logf(sum);
    for (size_t i = 0; i < count; i++) y[i] = x[i] - shift;
    return;
  }
  const vector shift = ALL(highest);
  vector sums = 0, more_sums = 0;
  size_t i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES) {
    vector a = FORM(exponential)(FORM(load)(x + i) - shift), b = FORM(exponential)(FORM(load)(x + i + LANES) - shift);
    sums += a;
    more_sums += b;
    FORM(store)(y + i, a);
    FORM(store)(y + i + LANES, b);
  }
  for (; i < count; i += LANES) {
    const size_t rest = count - i < LANES ? count - i : LANES;
    vector value = rest == LANES ? FORM(load)(x + i) : FORM(load_part)(x + i, rest);
    value = FORM(exponential)(value - shift);
    if (rest < LANES) {
      for (size_t lane = rest; lane < LANES; lane++) value[lane] = 0;
      FORM(store_part)(y + i, value, rest);
    } else {
      FORM(store)(y + i, value);
    }
    sums += value;
  }
  const float scale = 1.0f / FORM(sum_of_lanes)(sums + more_sums);
  i = 0;
  for (; i + LANES <= count; i += LANES) FORM(store)(y + i, FORM(load)(y + i) * scale);
  for (; i < count; i++) y[i] *= scale;
}

INLINE void FORM(softmax_some_columns)(const float *x, float *y, size_t rows, ptrdiff_t pitch, int logarithmic,
                                       size_t width) {
#define LOAD(p) (width == LANES ? FORM(load)(p) : FORM(load_part)(p, width))
#define STORE(p, value) \
  do {                  \
    if (width == LANES) FORM(store)(p, value); else FORM(store_part)(p, value, width); \
  } while (0)
  vector highest = ALL(-INFINITY), sum = 0;
  for (size_t row = 0; row < rows; row++)
    highest = FORM(fold_values)(assay_fold_maximum, highest, LOAD(x + (ptrdiff_t)row * pitch), highest);
  for (size_t row = 0; row < rows; row++) {
    vector value = FORM(exponential)(LOAD(x + (ptrdiff_t)row * pitch) - highest);
    sum += value;
    if (!logarithmic) STORE(y + (ptrdiff_t)row * pitch, value);
  }
  const vector shift = highest + FORM(logarithm)(sum), scale = 1.0f / sum;
  for (size_t row = 0; row < rows; row++) {
    float *target = y + (ptrdiff_t)row * pitch;
    if (logarithmic)
      STORE(target, LOAD(x + (ptrdiff_t)row * pitch) - shift);
    else
      STORE(target, LOAD(target) * scale);
  }
#undef LOAD
#undef STORE
}

static void FORM(softmax_columns)(const float *x, float *y, size_t rows, size_t first, size_t last, ptrdiff_t pitch,
                                  int logarithmic) {
  size_t column = first;
  for (; column + LANES <= last; column += LANES)
    FORM(softmax_some_columns)(x + column, y + column, rows, pitch, logarithmic, LANES);
  if (column < last)
    FORM(softmax_some_columns)(x + column, y + column, rows, pitch, logarithmic, last - column);
}

static void FORM(normalize_row)(const assay_normalization *normalization, const float *x, const float *addend,
                                float *sum, float *y) {
  const size_t count = normalization->count;
  if (count == 0) return;
  const size_t whole = count / LANES * LANES;
  if (addend) {
    // The sum is kept in y when nobody asked for it.
    float *kept = sum ? sum : y;
    size_t i = 0;
    for (; i < whole; i += LANES) FORM(store)(kept + i, FORM(load)(x + i) + FORM(load)(addend + i));
    for (; i < count; i++) kept[i] = x[i] + addend[i];
    x = kept;
  }
  float mean = 0;
  if (normalization->centres) mean = FORM(fold_row)(assay_fold_sum, 0, x, 0, count) / (float)count;
  vector a = 0, b = 0;
  size_t i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES) {
    vector first = FORM(load)(x + i) - mean, second = FORM(load)(x + i + LANES) - mean;
    a += first * first;
    b += second * second;
  }
  float squares = FORM(sum_of_lanes)(a + b);
  for (; i < count; i++) squares += (x[i] - mean) * (x[i] - mean);
  const float scale = 1.0f / sqrtf(squares / (float)count + normalization->epsilon);
  const float *scales = normalization->scale, *shifts = normalization->shift;
  for (i = 0; i < count; i += LANES) {
    const size_t rest = count - i < LANES ? count - i : LANES;
#define LOAD(p) (rest == LANES ? FORM(load)(p) : FORM(load_part)(p, rest))
    vector value = (LOAD(x + i) - mean) * scale;
    if (scales) value *= LOAD(scales + i);
    if (shifts) value += LOAD(shifts + i);
    if (rest == LANES)
      FORM(store)(y + i, value);
    else
      FORM(store_part)(y + i, value, rest);
#undef LOAD
  }
}
