// The multiplication of bytes in one form: see quantized_gemm.c for what it defines first.
//
// A is packed by tiles of rows, [group][row][GROUP], B by panels, [group][column][GROUP]. A signed A is moved by 128
// where the product wants it unsigned. The zero points are taken out of the sums afterwards:
//   sum (a - za)(b - zb) = sum a b - zb sum a - za sum (b - zb)

#define TILE_COLUMNS (2 * LANES)
typedef int FORM(ints) __attribute__((ext_vector_type(LANES)));
typedef float FORM(floats) __attribute__((ext_vector_type(LANES)));

static inline __attribute__((always_inline)) void FORM(quantized_tile)(const int32_t *a, const int32_t *b,
                                                                      size_t groups, int32_t *sums, const int rows) {
  FORM(ints) totals[TILE_ROWS][2];
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) totals[row][0] = totals[row][1] = 0;
  for (size_t group = 0; group < groups; group++) {
    FORM(ints) left, right;
    __builtin_memcpy(&left, b + group * TILE_COLUMNS, sizeof left);
    __builtin_memcpy(&right, b + group * TILE_COLUMNS + LANES, sizeof right);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
      const FORM(ints) value = (FORM(ints))(a[group * (size_t)rows + (size_t)row]);
      totals[row][0] = DOT(totals[row][0], value, left);
      totals[row][1] = DOT(totals[row][1], value, right);
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    __builtin_memcpy(sums + row * TILE_COLUMNS, &totals[row][0], sizeof totals[row][0]);
    __builtin_memcpy(sums + row * TILE_COLUMNS + LANES, &totals[row][1], sizeof totals[row][1]);
  }
}

#define TILE(rows)                                                                                          \
  static __attribute__((noinline)) void FORM(quantized_tile_##rows)(const int32_t *a, const int32_t *b,     \
                                                                    size_t groups, int32_t *sums) {         \
    FORM(quantized_tile)(a, b, groups, sums, rows);                                                         \
  }
TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
#if TILE_ROWS == 14
TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12) TILE(13) TILE(14)
#endif
#undef TILE

static void (*const FORM(quantized_tiles)[TILE_ROWS])(const int32_t *, const int32_t *, size_t, int32_t *) = {
#define ENTRY(rows) FORM(quantized_tile_##rows)
    ENTRY(1),  ENTRY(2),  ENTRY(3),  ENTRY(4), ENTRY(5), ENTRY(6),
#if TILE_ROWS == 14
    ENTRY(7), ENTRY(8), ENTRY(9), ENTRY(10), ENTRY(11), ENTRY(12), ENTRY(13), ENTRY(14),
#endif
#undef ENTRY
};

/// What the packed values of A are more than A's.
static inline int32_t FORM(left_shift)(const assay_quantized_problem *problem) {
  return sizeof(FORM(value)) == 1 && problem->a_is_signed ? 128 : 0;
}

/// Packs rows `first ..< last` as one tile and notes their sums, as packed.
static void FORM(quantized_pack_a)(const assay_quantized_problem *problem, size_t first, size_t last, size_t groups,
                                   FORM(value) *packed, int32_t *row_sums) {
  const size_t rows = last - first;
  const int32_t shift = FORM(left_shift)(problem);
  for (size_t row = 0; row < rows; row++) {
    const uint8_t *from = (const uint8_t *)problem->a + (ptrdiff_t)(first + row) * problem->a_row_stride;
    int32_t sum = 0;
    for (size_t group = 0; group < groups; group++) {
      FORM(value) values[GROUP];
      for (size_t i = 0; i < GROUP; i++) {
        const size_t step = group * GROUP + i;
        int32_t value = 0;
        if (step < problem->depth) value = (problem->a_is_signed ? (int8_t)from[step] : from[step]) + shift;
        values[i] = (FORM(value))value;
        sum += value;
      }
      __builtin_memcpy(packed + (group * rows + row) * GROUP, values, sizeof values);
    }
    row_sums[row] = sum;
  }
}

/// The finished row of a tile.
static void FORM(quantized_finish)(const assay_quantized_problem *problem, const int32_t *sums, int32_t row_sum,
                                   size_t row, size_t first_column, size_t columns) {
  const int32_t zero = problem->a_zero + FORM(left_shift)(problem);
  const int32_t *column_sums = problem->column_sums + first_column;
  const int32_t *column_zeros = problem->column_zeros + first_column;
  int32_t exact[TILE_COLUMNS];
  for (size_t i = 0; i < TILE_COLUMNS; i++) exact[i] = sums[i] - zero * column_sums[i];
  if (problem->has_column_zeros)
    for (size_t i = 0; i < TILE_COLUMNS; i++) exact[i] -= column_zeros[i] * row_sum;
  const ptrdiff_t at = (ptrdiff_t)row * problem->c_row_stride + (ptrdiff_t)first_column;
  if (problem->output == assay_quantized_int32) {
    __builtin_memcpy((int32_t *)problem->c + at, exact, columns * sizeof exact[0]);
    return;
  }
  float real[TILE_COLUMNS];
  for (size_t i = 0; i < columns; i++) {
    real[i] = (float)exact[i] * problem->scale[first_column + i] + (problem->bias ? problem->bias[first_column + i] : 0);
    real[i] = real[i] < problem->low ? problem->low : real[i] > problem->high ? problem->high : real[i];
  }
  if (problem->output == assay_quantized_float) {
    __builtin_memcpy((float *)problem->c + at, real, columns * sizeof real[0]);
    return;
  }
  const int is_signed = problem->output == assay_quantized_int8;
  const float low = is_signed ? -128 : 0, high = is_signed ? 127 : 255;
  uint8_t bytes[TILE_COLUMNS];
  for (size_t i = 0; i < columns; i++) {
    // 1.5 * 2^23: adding it rounds to an integer, halves to even; the bound keeps it exact.
    float bounded = real[i] < -4194304.0f ? -4194304.0f : real[i] > 4194304.0f ? 4194304.0f : real[i];
    float rounded = (bounded + 12582912.0f) - 12582912.0f + (float)problem->c_zero;
    rounded = rounded < low ? low : rounded > high ? high : rounded;
    bytes[i] = (uint8_t)(int32_t)rounded;
  }
  __builtin_memcpy((uint8_t *)problem->c + at, bytes, columns);
}

static void FORM(quantized_multiply)(const assay_quantized_problem *problem, size_t first_column,
                                     size_t last_column) {
  const size_t groups = (problem->depth + GROUP - 1) / GROUP;
  int32_t *row_sums = problem->scratch;
  FORM(value) *packed = (FORM(value) *)((char *)problem->scratch + PACKED_ROWS * sizeof(int32_t));
  const FORM(value) *packed_b = problem->packed_b;
  int32_t sums[TILE_ROWS * TILE_COLUMNS] __attribute__((aligned(64)));
  for (size_t block = 0; block < problem->rows; block += PACKED_ROWS) {
    const size_t rows = problem->rows - block < PACKED_ROWS ? problem->rows - block : PACKED_ROWS;
    const size_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t tile = 0; tile < tiles; tile++) {
      const size_t first = rows * tile / tiles, last = rows * (tile + 1) / tiles;
      FORM(quantized_pack_a)(problem, block + first, block + last, groups, packed + first * groups * GROUP,
                             row_sums + first);
    }
    for (size_t column = first_column; column < last_column; column += TILE_COLUMNS) {
      const size_t columns =
          problem->columns - column < TILE_COLUMNS ? problem->columns - column : TILE_COLUMNS;
      for (size_t tile = 0; tile < tiles; tile++) {
        const size_t first = rows * tile / tiles, last = rows * (tile + 1) / tiles;
        FORM(quantized_tiles)[last - first - 1]((const int32_t *)(packed + first * groups * GROUP),
                                                (const int32_t *)(packed_b + column * groups * GROUP), groups, sums);
        for (size_t row = first; row < last; row++)
          FORM(quantized_finish)(problem, sums + (row - first) * TILE_COLUMNS, row_sums[row], block + row, column,
                                 columns);
      }
    }
  }
}

static const quantized_form FORM(form) = {TILE_ROWS, TILE_COLUMNS, GROUP, sizeof(FORM(value)),
                                          FORM(quantized_multiply)};

#undef FORM
#undef LANES
#undef TILE_ROWS
#undef TILE_COLUMNS
#undef GROUP
#undef DOT
