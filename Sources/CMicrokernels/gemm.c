#include "gemm.h"

#define BODY "gemm_body.h"
#include "forms.h"

const assay_gemm *assay_gemm_for(assay_isa isa) { return FORM_FOR(isa, &gemm); }

size_t assay_gemm_packed_floats(const assay_gemm *gemm, size_t depth, size_t columns) {
  size_t width = (size_t)gemm->tile_columns;
  return (columns + width - 1) / width * width * depth;
}

size_t assay_gemm_scratch_floats(size_t rows, size_t depth) {
  size_t slices = (depth + assay_gemm_depth - 1) / assay_gemm_depth;
  size_t whole = slices * rows * assay_gemm_pitch;
  size_t limit = (size_t)GEMM_PACKED_ROWS * assay_gemm_pitch;
  return whole < limit ? whole : limit;
}
