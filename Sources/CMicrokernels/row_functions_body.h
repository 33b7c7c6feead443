#include "vector_math.h"

/// Joins all lanes by an operation, halves first; every lane holds the result.
#if LANES == 16
#define JOIN_LANES(x, operation)      \
  do {                                \
    x = operation(x, SWAP_8(x));      \
    x = operation(x, SWAP_4(x));      \
    x = operation(x, SWAP_2(x));      \
    x = operation(x, SWAP_1(x));      \
  } while (0)
#elif LANES == 8
#define JOIN_LANES(x, operation)      \
  do {                                \
    x = operation(x, SWAP_4(x));      \
    x = operation(x, SWAP_2(x));      \
    x = operation(x, SWAP_1(x));      \
  } while (0)
#else
#define JOIN_LANES(x, operation)      \
  do {                                \
    x = operation(x, SWAP_2(x));      \
    x = operation(x, SWAP_1(x));      \
  } while (0)
#endif

INLINE vector FORM(sum)(vector a, vector b) { return a + b; }

INLINE float FORM(sum_of_lanes)(vector x) {
  JOIN_LANES(x, FORM(sum));
  return x[0];
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
    // What a lane without a value holds leaves the fold as it is.
    const vector nothing = fold == assay_fold_sum_of_exponentials ? ALL(-INFINITY) : ALL(identity);
    a = FORM(fold_values)(fold, a, FORM(load_part_or)(x + i, count - i, nothing), shifts);
  }
  if (fold != assay_fold_product && fold != assay_fold_maximum && fold != assay_fold_minimum)
    return state + FORM(sum_of_lanes)(a);
#define JOIN(a, b) FORM(join_folds)(fold, a, b)
  JOIN_LANES(a, JOIN);
#undef JOIN
  return FORM(join_folds)(fold, ALL(state), a)[0];
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
  const size_t whole = count / LANES * LANES, rest = count - whole;
  const vector lowest = ALL(-INFINITY);
  vector a = lowest, b = lowest;
  size_t i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES) {
    a = FORM(larger)(FORM(load)(x + i), a);
    b = FORM(larger)(FORM(load)(x + i + LANES), b);
  }
  if (i < whole) a = FORM(larger)(FORM(load)(x + i), a);
  if (rest) b = FORM(larger)(FORM(load_part_or)(x + whole, rest, lowest), b);
  vector shift = FORM(larger)(a, b);
  JOIN_LANES(shift, FORM(larger));
  if (logarithmic) {
    const float sum = FORM(fold_row)(assay_fold_sum_of_exponentials, 0, x, shift[0], count);
    const float logarithm = shift[0] + logf(sum);
    for (i = 0; i < count; i++) y[i] = x[i] - logarithm;
    return;
  }
  vector sums = 0, more_sums = 0;
  for (i = 0; i + 2 * LANES <= count; i += 2 * LANES) {
    vector first = FORM(decay)(FORM(load)(x + i) - shift), second = FORM(decay)(FORM(load)(x + i + LANES) - shift);
    sums += first;
    more_sums += second;
    FORM(store)(y + i, first);
    FORM(store)(y + i + LANES, second);
  }
  if (i < whole) {
    vector value = FORM(decay)(FORM(load)(x + i) - shift);
    sums += value;
    FORM(store)(y + i, value);
  }
  if (rest) {
    vector value = FORM(decay)(FORM(load_part_or)(x + whole, rest, lowest) - shift);
    sums += value;
    FORM(store_part)(y + whole, value, rest);
  }
  const float scale = 1.0f / FORM(sum_of_lanes)(sums + more_sums);
  for (i = 0; i < whole; i += LANES) FORM(store)(y + i, FORM(load)(y + i) * scale);
  if (rest) FORM(store_part)(y + whole, FORM(load_part)(y + whole, rest) * scale, rest);
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
    vector value = FORM(decay)(LOAD(x + (ptrdiff_t)row * pitch) - highest);
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

static void FORM(add_scaled_row)(float factor, const float *x, float *y, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) FORM(store)(y + i, FORM(load)(y + i) + FORM(load)(x + i) * factor);
  if (i < count) {
    const size_t rest = count - i;
    FORM(store_part)(y + i, FORM(load_part)(y + i, rest) + FORM(load_part)(x + i, rest) * factor, rest);
  }
}
#undef JOIN_LANES
