#include "gemm.h"

typedef struct {
  int tile_rows, tile_columns;
  void (*multiply)(const assay_gemm_problem *, size_t, size_t);
  void (*pack_b)(const float *, ptrdiff_t, ptrdiff_t, size_t, size_t, float *);
} gemm_form;

#define BODY "gemm_body.h"
#include "forms.h"

static const gemm_form *form_for(assay_isa isa) { return FORM_FOR(isa, &gemm); }

int assay_gemm_tile_rows(assay_isa isa) { return form_for(isa)->tile_rows; }

int assay_gemm_tile_columns(assay_isa isa) { return form_for(isa)->tile_columns; }

void assay_gemm_pack_b(assay_isa isa, const float *b, ptrdiff_t depth_stride, ptrdiff_t column_stride, size_t depth,
                       size_t columns, float *packed) {
  form_for(isa)->pack_b(b, depth_stride, column_stride, depth, columns, packed);
}

void assay_gemm_multiply(assay_isa isa, const assay_gemm_problem *problem, size_t first_column, size_t last_column) {
  form_for(isa)->multiply(problem, first_column, last_column);
}

size_t assay_gemm_packed_floats(assay_isa isa, size_t depth, size_t columns) {
  size_t width = (size_t)form_for(isa)->tile_columns;
  return (columns + width - 1) / width * width * depth;
}

size_t assay_gemm_scratch_floats(size_t rows, size_t depth) {
  size_t slices = (depth + assay_gemm_depth - 1) / assay_gemm_depth;
  size_t whole = (slices < GEMM_SLICES ? slices : GEMM_SLICES) * rows * assay_gemm_pitch;
  size_t limit = (size_t)GEMM_PACKED_ROWS * assay_gemm_pitch;
  return whole < limit ? whole : limit;
}
