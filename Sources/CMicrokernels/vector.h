// Vectors of LANES floats in one form of the instruction set; included once for each form, after LANES and FORM(name).
// The code between FORM_BEGIN and FORM_END of forms.h is compiled for that form.

typedef float FORM(vector) __attribute__((ext_vector_type(LANES)));
typedef int FORM(integers) __attribute__((ext_vector_type(LANES)));
typedef float FORM(quad) __attribute__((ext_vector_type(4)));
#define vector FORM(vector)
#define integers FORM(integers)
#define quad FORM(quad)

#define INLINE static inline __attribute__((always_inline, unused))

INLINE vector FORM(load)(const float *source) {
  vector value;
  __builtin_memcpy(&value, source, sizeof value);
  return value;
}

INLINE void FORM(store)(float *target, vector value) { __builtin_memcpy(target, &value, sizeof value); }

#if LANES == 8
/// All ones in the first `count` lanes.
INLINE __m256i FORM(first_lanes)(size_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
#endif

/// The first `count` < LANES floats, and `rest` in the other lanes; nothing beyond them is read.
INLINE vector FORM(load_part_or)(const float *source, size_t count, vector rest) {
#if LANES == 16
  return (vector)_mm512_mask_loadu_ps((__m512)rest, (__mmask16)((1u << count) - 1), source);
#elif LANES == 8
  const __m256i mask = FORM(first_lanes)(count);
  return (vector)_mm256_blendv_ps((__m256)rest, _mm256_maskload_ps(source, mask), (__m256)mask);
#else
  for (size_t lane = 0; lane < LANES; lane++)
    if (lane < count) rest[lane] = source[lane];
  return rest;
#endif
}

INLINE vector FORM(load_part)(const float *source, size_t count) {
  return FORM(load_part_or)(source, count, (vector)(0.0f));
}

INLINE void FORM(store_part)(float *target, vector value, size_t count) {
#if LANES == 16
  _mm512_mask_storeu_ps(target, (__mmask16)((1u << count) - 1), (__m512)value);
#elif LANES == 8
  _mm256_maskstore_ps(target, FORM(first_lanes)(count), (__m256)value);
#else
  for (size_t lane = 0; lane < LANES; lane++)
    if (lane < count) target[lane] = value[lane];
#endif
}

/// Exchanges the halves of every group of 2 x `distance` lanes.
#if LANES == 16
#define SWAP_8(x) __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
#define SWAP_4(x) __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define SWAP_2(x) __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define SWAP_1(x) __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif LANES == 8
#define SWAP_4(x) __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3)
#define SWAP_2(x) __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5)
#define SWAP_1(x) __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6)
#else
#define SWAP_2(x) __builtin_shufflevector(x, x, 2, 3, 0, 1)
#define SWAP_1(x) __builtin_shufflevector(x, x, 1, 0, 3, 2)
#endif

INLINE vector FORM(smaller)(vector a, vector b) { return a < b ? a : b; }
INLINE vector FORM(larger)(vector a, vector b) { return a > b ? a : b; }

INLINE quad FORM(load_quad)(const float *source) {
  quad value;
  __builtin_memcpy(&value, source, sizeof value);
  return value;
}

/// Columns 0..3 of LANES rows, as four vectors of one column each.
INLINE void FORM(transpose_columns)(const float *source, ptrdiff_t pitch, vector columns[4]) {
  vector rows[4];
#if LANES == 16
  for (int row = 0; row < 4; row++) {
    const float *first = source + row * pitch;
    quad a = FORM(load_quad)(first), b = FORM(load_quad)(first + 4 * pitch);
    quad c = FORM(load_quad)(first + 8 * pitch), d = FORM(load_quad)(first + 12 * pitch);
    __m512 joined = _mm512_castps128_ps512((__m128)a);
    joined = _mm512_insertf32x4(joined, (__m128)b, 1);
    joined = _mm512_insertf32x4(joined, (__m128)c, 2);
    joined = _mm512_insertf32x4(joined, (__m128)d, 3);
    rows[row] = (vector)joined;
  }
#define LOW(x) x, 16 + x, x + 1, 17 + x
#define PAIR(a, b, x) \
  __builtin_shufflevector(a, b, LOW(x), LOW(x + 4), LOW(x + 8), LOW(x + 12))
#define FIRST(x) x, x + 1, 16 + x, 17 + x
#define HALVES(a, b, x) \
  __builtin_shufflevector(a, b, FIRST(x), FIRST(x + 4), FIRST(x + 8), FIRST(x + 12))
#elif LANES == 8
  for (int row = 0; row < 4; row++) {
    quad a = FORM(load_quad)(source + row * pitch), b = FORM(load_quad)(source + (row + 4) * pitch);
    rows[row] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
  }
#define LOW(x) x, 8 + x, x + 1, 9 + x
#define PAIR(a, b, x) __builtin_shufflevector(a, b, LOW(x), LOW(x + 4))
#define FIRST(x) x, x + 1, 8 + x, 9 + x
#define HALVES(a, b, x) __builtin_shufflevector(a, b, FIRST(x), FIRST(x + 4))
#else
  for (int row = 0; row < 4; row++) rows[row] = FORM(load_quad)(source + row * pitch);
#define PAIR(a, b, x) __builtin_shufflevector(a, b, x, 4 + x, x + 1, 5 + x)
#define HALVES(a, b, x) __builtin_shufflevector(a, b, x, x + 1, 4 + x, 5 + x)
#endif
  vector low01 = PAIR(rows[0], rows[1], 0), high01 = PAIR(rows[0], rows[1], 2);
  vector low23 = PAIR(rows[2], rows[3], 0), high23 = PAIR(rows[2], rows[3], 2);
  columns[0] = HALVES(low01, low23, 0);
  columns[1] = HALVES(low01, low23, 2);
  columns[2] = HALVES(high01, high23, 0);
  columns[3] = HALVES(high01, high23, 2);
#undef LOW
#undef FIRST
#undef PAIR
#undef HALVES
}
