// Single-precision matrix multiplication: C = activation(alpha A B + bias + residual).
#ifndef ASSAY_GEMM_H
#define ASSAY_GEMM_H

#include <stddef.h>

#include "isa.h"
#include "vector_functions.h"

/// Steps of the reduction that are packed together, a slice, and how far its rows lie apart.
enum { assay_gemm_depth = 256, assay_gemm_pitch = assay_gemm_depth + 16 };

/// One product of two matrices and what is done to its result. Strides are in floats.
typedef struct {
  size_t rows, columns, depth;

  const float *a;
  ptrdiff_t a_row_stride, a_depth_stride;
  float alpha;

  /// B as `assay_gemm_pack_b` left it.
  const float *packed_b;
  /// The depth with which B was packed, if the product takes its first `depth` steps only; 0 means all.
  size_t packed_b_depth;

  float *c;
  ptrdiff_t c_row_stride;

  /// One value for each column; may be null.
  const float *bias;
  /// A matrix that is added; may be null.
  const float *residual;
  ptrdiff_t residual_row_stride;
  /// Bounds of the result; -inf and +inf where there are none.
  float low, high;
  /// Applied to every row after everything else; may be null.
  assay_unary_function activation;
  float activation_parameters[2];

  /// At least `assay_gemm_scratch_floats` floats, 64-byte aligned.
  float *scratch;
} assay_gemm_problem;

/// The register tile of the form that serves an instruction set.
int assay_gemm_tile_rows(assay_isa isa);
int assay_gemm_tile_columns(assay_isa isa);

/// Floats that a packed B takes.
size_t assay_gemm_packed_floats(assay_isa isa, size_t depth, size_t columns);

/// Packs B, `depth` x `columns`, into panels, [column / tile][depth][tile], zero beyond `columns`.
void assay_gemm_pack_b(assay_isa isa, const float *b, ptrdiff_t depth_stride, ptrdiff_t column_stride, size_t depth,
                       size_t columns, float *packed);

/// Computes all rows of columns `first_column ..< last_column` of C; `first_column` is a multiple of the tile's.
void assay_gemm_multiply(assay_isa isa, const assay_gemm_problem *problem, size_t first_column, size_t last_column);

/// Floats of scratch for a product of this size.
size_t assay_gemm_scratch_floats(size_t rows, size_t depth);

#endif
