// Multiplication of 8-bit integer matrices: exact 32-bit sums, then scale, bias and rounding in one pass.
#ifndef ASSAY_QUANTIZED_GEMM_H
#define ASSAY_QUANTIZED_GEMM_H

#include <stddef.h>
#include <stdint.h>

#include "isa.h"

typedef enum {
  assay_quantized_int32,  // the sums themselves
  assay_quantized_float,  // scale sum + bias, bounded
  assay_quantized_uint8,  // round(scale sum + bias) + zero point, saturated
  assay_quantized_int8,
} assay_quantized_output;

/// C = sum over k of (a[m][k] - a_zero) (b[k][n] - b_zero[n]), `rows` x `columns`, `depth` deep.
typedef struct {
  size_t rows, columns, depth;
  /// Bytes, signed or not; the depth is contiguous.
  const void *a;
  ptrdiff_t a_row_stride;
  int a_is_signed;
  int32_t a_zero;
  /// As `assay_quantized_pack_b` left it, with what it noted of each column.
  const void *packed_b;
  const int32_t *column_sums, *column_zeros;
  int has_column_zeros;

  assay_quantized_output output;
  void *c;
  /// In values of the output.
  ptrdiff_t c_row_stride;
  /// One for each column.
  const float *scale, *bias;
  float low, high;
  int32_t c_zero;
  /// At least `assay_quantized_scratch_bytes` bytes, 64-byte aligned.
  void *scratch;
} assay_quantized_problem;

int assay_quantized_tile_rows(assay_isa isa);
int assay_quantized_tile_columns(assay_isa isa);
size_t assay_quantized_packed_bytes(assay_isa isa, size_t depth, size_t columns);
size_t assay_quantized_scratch_bytes(assay_isa isa, size_t rows, size_t depth);

/// Packs B, bytes that are signed or not, and fills the sums and zero points (`columns` rounded up to a tile each).
/// `zeros` holds the zero point of each column, or is null.
void assay_quantized_pack_b(assay_isa isa, const void *b, int is_signed, ptrdiff_t depth_stride,
                            ptrdiff_t column_stride, size_t depth, size_t columns, const int32_t *zeros, void *packed,
                            int32_t *column_sums, int32_t *column_zeros);

/// Computes all rows of columns `first_column ..< last_column`; `first_column` is a multiple of the tile's.
void assay_quantized_multiply(assay_isa isa, const assay_quantized_problem *problem, size_t first_column,
                              size_t last_column);

#endif
