// The multiplication in one form.
//
// A is packed by slices of `assay_gemm_depth`, row after row at a fixed pitch, so that a tile may start at any row and
// addresses every row from one base. B lies in panels as wide as a tile. A tile goes through some slices before it adds
// to C. What it reads of a panel stays in L2, fetched ahead into L1, while the rows of A pass by; so B is read from
// memory once for each block of rows.

#if LANES == 16
#define TILE_ROWS 14
#define TILE_VECTORS 2
#elif LANES == 4 && REGISTERS == 32
#define TILE_ROWS 6
#define TILE_VECTORS 4
#else
#define TILE_ROWS 6
#define TILE_VECTORS 2
#endif
#define TILE_COLUMNS (TILE_VECTORS * LANES)

#ifndef GEMM_PACKED_ROWS
// Rows times slices of A that are packed at once: 640 KiB, which leave some of an L2 cache of 1 MiB for B.
#define GEMM_PACKED_ROWS 640
// Slices that a tile goes through at once: more would add to C less often, but leave less of the cache for rows.
#define GEMM_SLICES 4
// Floats of B that are fetched ahead: what is used while a line comes from beyond L1.
#define GEMM_AHEAD 2048

typedef struct {
  const float *a, *b, *next_b;
  float *c;
  ptrdiff_t c_stride;
  const float *bias, *residual;
  ptrdiff_t residual_stride;
  size_t depth, columns;
  ptrdiff_t a_slice; // floats from a slice of A to the next
  int accumulates, finishes, prefetches_all;
  float low, high;
} tile_task;
#endif

/// One register tile: `rows` x `vectors` vectors of C over some slices.
///
/// `parts` > 1 keeps that many sums for each element, over every parts-th step: few rows alone would wait for the
/// latency of the addition.
INLINE void FORM(tile)(const tile_task *task, const int rows, const int vectors, const int parts) {
  const float *a = task->a, *b = task->b, *next_b = task->next_b;
  vector sums[TILE_ROWS * TILE_VECTORS];
  vector part_sums[12];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; i++) sums[i] = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors * (parts - 1); i++) part_sums[i] = 0;
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    __builtin_prefetch(task->c + row * task->c_stride, 1);
    if (LANES == 16 && vectors > 1) __builtin_prefetch(task->c + row * task->c_stride + 16, 1);
  }

#define STEP(s, target, base)                                                             \
  {                                                                                       \
    __asm__ volatile("" ::: "memory"); /* loads of the next step would take registers */   \
    vector weights[TILE_VECTORS];                                                         \
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                  \
        weights[v] = FORM(load)(b + (s) * TILE_COLUMNS + v * LANES);                      \
    _Pragma("clang loop unroll(full)") for (int row = 0; row < rows; row++) {             \
      vector value = (vector)(a[row * assay_gemm_pitch + (ptrdiff_t)(s)]);                \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                \
          target[(base) + row * vectors + v] += value * weights[v];                       \
    }                                                                                     \
  }
  for (size_t rest = task->depth;;) {
    const size_t depth = rest < assay_gemm_depth ? rest : assay_gemm_depth;
    size_t step = 0;
    for (; step + 4 <= depth; step += 4) {
#pragma clang loop unroll(full)
      for (int line = 0; line < 4 * TILE_COLUMNS; line += 16)
        __builtin_prefetch(b + step * TILE_COLUMNS + line + GEMM_AHEAD, 0, 3);
      __builtin_prefetch(next_b + step * TILE_COLUMNS, 0, 2);
      if (task->prefetches_all)
#pragma clang loop unroll(full)
        for (int line = 16; line < 4 * TILE_COLUMNS; line += 16)
          __builtin_prefetch(next_b + step * TILE_COLUMNS + line, 0, 2);
      if (parts == 4) {
        STEP(step, sums, 0)
        STEP(step + 1, part_sums, 0)
        STEP(step + 2, part_sums, rows * vectors)
        STEP(step + 3, part_sums, 2 * rows * vectors)
      } else if (parts == 2) {
        STEP(step, sums, 0)
        STEP(step + 1, part_sums, 0)
        STEP(step + 2, sums, 0)
        STEP(step + 3, part_sums, 0)
      } else {
        STEP(step, sums, 0)
        STEP(step + 1, sums, 0)
        STEP(step + 2, sums, 0)
        STEP(step + 3, sums, 0)
      }
    }
    for (; step < depth; step++) STEP(step, sums, 0)
    rest -= depth;
    if (rest == 0) break;
    a += task->a_slice;
    b += depth * TILE_COLUMNS;
    next_b += depth * TILE_COLUMNS;
  }
#undef STEP
#pragma clang loop unroll(full)
  for (int part = 0; part < parts - 1; part++)
#pragma clang loop unroll(full)
    for (int i = 0; i < rows * vectors; i++) sums[i] += part_sums[part * rows * vectors + i];

  const vector low = (vector)(task->low), high = (vector)(task->high);
  if (task->columns == (size_t)(vectors * LANES)) {
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) {
        float *c = task->c + row * task->c_stride + v * LANES;
        vector sum = sums[row * vectors + v];
        if (task->accumulates) sum += FORM(load)(c);
        if (task->finishes) {
          if (task->bias) sum += FORM(load)(task->bias + v * LANES);
          if (task->residual) sum += FORM(load)(task->residual + row * task->residual_stride + v * LANES);
          sum = FORM(smaller)(high, FORM(larger)(low, sum));
        }
        FORM(store)(c, sum);
      }
    }
    return;
  }
  vector spilled[TILE_ROWS * TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; i++) spilled[i] = sums[i];
#pragma clang loop unroll(disable)
  for (int row = 0; row < rows; row++) {
#pragma clang loop unroll(disable)
    for (int v = 0; v < vectors; v++) {
      size_t done = (size_t)v * LANES;
      size_t count = task->columns - done < LANES ? task->columns - done : LANES;
      float *c = task->c + row * task->c_stride + done;
      vector sum = spilled[row * vectors + v];
#if LANES == 16
#define LOAD(p) (vector) _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), (p))
#define STORE(p, x) _mm512_mask_storeu_ps((p), (__mmask16)((1u << count) - 1), (__m512)(x))
#else
#define LOAD(p) FORM(load_part)((p), count)
#define STORE(p, x) FORM(store_part)((p), (x), count)
#endif
      if (task->accumulates) sum += LOAD(c);
      if (task->finishes) {
        if (task->bias) sum += LOAD(task->bias + done);
        if (task->residual) sum += LOAD(task->residual + row * task->residual_stride + done);
        sum = FORM(smaller)(high, FORM(larger)(low, sum));
      }
      STORE(c, sum);
#undef LOAD
#undef STORE
    }
  }
}

#define TILE(rows, vectors, parts)                                                              \
  static __attribute__((noinline)) void FORM(tile_##rows##x##vectors)(const tile_task *task) { \
    FORM(tile)(task, rows, vectors, parts);                                                     \
  }
TILE(1, 1, 4) TILE(2, 1, 4) TILE(3, 1, 4) TILE(4, 1, 2) TILE(5, 1, 2) TILE(6, 1, 1)
TILE(1, 2, 4) TILE(2, 2, 2) TILE(3, 2, 2) TILE(4, 2, 1) TILE(5, 2, 1) TILE(6, 2, 1)
#if TILE_VECTORS == 4
TILE(1, 3, 2) TILE(2, 3, 1) TILE(3, 3, 1) TILE(4, 3, 1) TILE(5, 3, 1) TILE(6, 3, 1)
TILE(1, 4, 2) TILE(2, 4, 1) TILE(3, 4, 1) TILE(4, 4, 1) TILE(5, 4, 1) TILE(6, 4, 1)
#endif
#if TILE_ROWS == 14
TILE(7, 1, 1) TILE(8, 1, 1) TILE(9, 1, 1) TILE(10, 1, 1)
TILE(11, 1, 1) TILE(12, 1, 1) TILE(13, 1, 1) TILE(14, 1, 1)
TILE(7, 2, 1) TILE(8, 2, 1) TILE(9, 2, 1) TILE(10, 2, 1)
TILE(11, 2, 1) TILE(12, 2, 1) TILE(13, 2, 1) TILE(14, 2, 1)
#endif
#undef TILE

static void (*const FORM(tiles)[TILE_VECTORS][TILE_ROWS])(const tile_task *) = {
#define UP_TO_6(v) \
  FORM(tile_1x##v), FORM(tile_2x##v), FORM(tile_3x##v), FORM(tile_4x##v), FORM(tile_5x##v), FORM(tile_6x##v)
#define FROM_7(v)                                                                                 \
  FORM(tile_7x##v), FORM(tile_8x##v), FORM(tile_9x##v), FORM(tile_10x##v), FORM(tile_11x##v), \
      FORM(tile_12x##v), FORM(tile_13x##v), FORM(tile_14x##v)
#if TILE_ROWS == 14
    {UP_TO_6(1), FROM_7(1)}, {UP_TO_6(2), FROM_7(2)}
#elif TILE_VECTORS == 4
    {UP_TO_6(1)}, {UP_TO_6(2)}, {UP_TO_6(3)}, {UP_TO_6(4)}
#else
    {UP_TO_6(1)}, {UP_TO_6(2)}
#endif
#undef UP_TO_6
#undef FROM_7
};

/// Copies `rows` x `depth` of A, scaled, to rows of the fixed pitch.
static void FORM(pack_a)(const assay_gemm_problem *problem, size_t first_row, size_t rows, size_t first_step,
                         size_t depth, float *packed) {
  const ptrdiff_t row_stride = problem->a_row_stride, depth_stride = problem->a_depth_stride;
  const float *source = problem->a + (ptrdiff_t)first_row * row_stride + (ptrdiff_t)first_step * depth_stride;
  const float alpha = problem->alpha;
  if (depth_stride == 1) {
    for (size_t row = 0; row < rows; row++) {
      const float *from = source + (ptrdiff_t)row * row_stride;
      float *to = packed + row * assay_gemm_pitch;
      size_t step = 0;
      for (; step + LANES <= depth; step += LANES) FORM(store)(to + step, FORM(load)(from + step) * alpha);
      for (; step < depth; step++) to[step] = from[step] * alpha;
    }
    return;
  }
  size_t row = 0;
  if (row_stride == 1) {
    for (; row + 4 <= rows; row += 4) {
      size_t step = 0;
      for (; step + LANES <= depth; step += LANES) {
        vector columns[4];
        FORM(transpose_columns)(source + row + (ptrdiff_t)step * depth_stride, depth_stride, columns);
        for (int r = 0; r < 4; r++)
          FORM(store)(packed + (row + (size_t)r) * assay_gemm_pitch + step, columns[r] * alpha);
      }
      for (; step < depth; step++)
        for (size_t r = row; r < row + 4; r++)
          packed[r * assay_gemm_pitch + step] = alpha * source[(ptrdiff_t)r + (ptrdiff_t)step * depth_stride];
    }
  }
  for (; row < rows; row++)
    for (size_t step = 0; step < depth; step++)
      packed[row * assay_gemm_pitch + step] =
          alpha * source[(ptrdiff_t)row * row_stride + (ptrdiff_t)step * depth_stride];
}

static void FORM(pack_b)(const float *b, ptrdiff_t depth_stride, ptrdiff_t column_stride, size_t depth,
                         size_t columns, float *packed) {
  for (size_t panel = 0; panel < columns; panel += TILE_COLUMNS) {
    float *to = packed + panel * depth;
    const size_t width = columns - panel < TILE_COLUMNS ? columns - panel : TILE_COLUMNS;
    const float *from = b + (ptrdiff_t)panel * column_stride;
    size_t done = 0; // columns that vectors have packed
    if (column_stride == 1) {
      done = width / LANES * LANES;
      for (size_t step = 0; step < depth; step++)
        for (size_t column = 0; column < done; column += LANES)
          FORM(store)(to + step * TILE_COLUMNS + column,
                      FORM(load)(from + (ptrdiff_t)step * depth_stride + column));
    } else if (depth_stride == 1) {
      done = width / LANES * LANES;
      for (size_t column = 0; column < done; column += LANES) {
        const float *source = from + (ptrdiff_t)column * column_stride;
        size_t step = 0;
        for (; step + 4 <= depth; step += 4) {
          vector steps[4];
          FORM(transpose_columns)(source + step, column_stride, steps);
          for (size_t s = 0; s < 4; s++) FORM(store)(to + (step + s) * TILE_COLUMNS + column, steps[s]);
        }
        for (; step < depth; step++)
          for (size_t lane = 0; lane < LANES; lane++)
            to[step * TILE_COLUMNS + column + lane] = source[(ptrdiff_t)lane * column_stride + (ptrdiff_t)step];
      }
    }
    for (size_t step = 0; step < depth; step++) {
      const float *source = from + (ptrdiff_t)step * depth_stride;
      for (size_t column = done; column < width; column++)
        to[step * TILE_COLUMNS + column] = source[(ptrdiff_t)column * column_stride];
      for (size_t column = width; column < TILE_COLUMNS; column++) to[step * TILE_COLUMNS + column] = 0;
    }
  }
}

/// All tiles of `rows` rows and one panel; the rows are spread evenly over as few tiles as they need.
static void FORM(multiply_panel)(const assay_gemm_problem *problem, tile_task *task, const float *packed_a,
                                 size_t first_row, size_t rows, size_t first_column) {
  const size_t vectors = (task->columns + LANES - 1) / LANES;
  // A residual in the result's own memory is what the sums start from; later slices would find sums there.
  const float *residual = problem->residual == problem->c ? NULL : problem->residual;
  const size_t tile_count = (rows + TILE_ROWS - 1) / TILE_ROWS;
  // Many tiles fetch a part of the next panel each, few leave it to the first.
  const int spreads = tile_count * 16 >= 4 * TILE_COLUMNS;
  const float *next_b = task->next_b;
  for (size_t tile = 0; tile < tile_count; tile++) {
    const size_t row = rows * tile / tile_count, end = rows * (tile + 1) / tile_count;
    const ptrdiff_t c_row = (ptrdiff_t)(first_row + row);
    task->a = packed_a + row * assay_gemm_pitch;
    task->c = problem->c + c_row * problem->c_row_stride + first_column;
    task->residual = residual ? residual + c_row * problem->residual_row_stride + first_column : NULL;
    task->prefetches_all = !spreads && tile == 0;
    task->next_b = next_b + (spreads ? tile * 16 % (4 * TILE_COLUMNS) : 0);
    FORM(tiles)[vectors - 1][end - row - 1](task);
    if (task->finishes && problem->activation)
      for (size_t r = 0; r < end - row; r++) {
        float *c = task->c + (ptrdiff_t)r * task->c_stride;
        problem->activation(c, c, task->columns, problem->activation_parameters);
      }
  }
}

static size_t FORM(smaller_count)(size_t a, size_t b) { return a < b ? a : b; }

static void FORM(multiply)(const assay_gemm_problem *problem, size_t first_column, size_t last_column) {
  if (problem->rows == 0) return;
  const size_t depth = problem->depth, packed_depth = problem->packed_b_depth ? problem->packed_b_depth : depth;
  const size_t slices = depth == 0 ? 1 : (depth + assay_gemm_depth - 1) / assay_gemm_depth;
  const size_t slices_at_once = FORM(smaller_count)(slices, GEMM_SLICES);
  const size_t rows_at_once = GEMM_PACKED_ROWS / slices_at_once;
  const size_t row_blocks = (problem->rows + rows_at_once - 1) / rows_at_once;
  tile_task task = {.c_stride = problem->c_row_stride,
                    .residual_stride = problem->residual_row_stride,
                    .low = problem->low,
                    .high = problem->high};

  for (size_t block = 0; block < row_blocks; block++) {
    const size_t first_row = problem->rows * block / row_blocks;
    const size_t rows = problem->rows * (block + 1) / row_blocks - first_row;
    task.a_slice = (ptrdiff_t)(rows * assay_gemm_pitch);
    for (size_t first_slice = 0; first_slice < slices; first_slice += slices_at_once) {
      const size_t end_slice = FORM(smaller_count)(first_slice + slices_at_once, slices);
      const size_t begin = first_slice * assay_gemm_depth, end = FORM(smaller_count)(end_slice * assay_gemm_depth, depth);
      for (size_t slice = first_slice, step = begin; slice < end_slice; slice++, step += assay_gemm_depth)
        FORM(pack_a)(problem, first_row, rows, step, FORM(smaller_count)(end - step, assay_gemm_depth),
                     problem->scratch + (slice - first_slice) * rows * assay_gemm_pitch);
      task.depth = end - begin;
      task.accumulates = begin > 0 || (problem->residual && problem->residual == problem->c);
      task.finishes = end_slice == slices;
      for (size_t column = first_column; column < last_column; column += TILE_COLUMNS) {
        task.columns = FORM(smaller_count)(problem->columns - column, TILE_COLUMNS);
        task.bias = problem->bias ? problem->bias + column : NULL;
        task.b = problem->packed_b + column * packed_depth + begin * TILE_COLUMNS;
        task.next_b = task.b + packed_depth * TILE_COLUMNS;
        FORM(multiply_panel)(problem, &task, problem->scratch, first_row, rows, column);
      }
    }
  }
}

static const gemm_form FORM(gemm) = {TILE_ROWS, TILE_COLUMNS, FORM(multiply), FORM(pack_b)};

#undef TILE_ROWS
#undef TILE_VECTORS
#undef TILE_COLUMNS
