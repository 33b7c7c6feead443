#include "row_functions.h"

#define BODY "row_functions_body.h"
#include "forms.h"

void assay_softmax_rows(assay_isa isa, const float *x, float *y, size_t rows, size_t count, ptrdiff_t x_pitch,
                        ptrdiff_t y_pitch, int logarithmic) {
  for (size_t row = 0; row < rows; row++)
    FORM_FOR(isa, softmax_row)(x + (ptrdiff_t)row * x_pitch, y + (ptrdiff_t)row * y_pitch, count, logarithmic);
}

void assay_softmax_columns(assay_isa isa, const float *x, float *y, size_t rows, size_t first, size_t last,
                           ptrdiff_t pitch, int logarithmic) {
  FORM_FOR(isa, softmax_columns)(x, y, rows, first, last, pitch, logarithmic);
}

void assay_normalize_rows(assay_isa isa, const assay_normalization *normalization, const float *x,
                          const float *addend, float *sum, float *y, size_t rows) {
  const size_t count = normalization->count;
  for (size_t row = 0; row < rows; row++)
    FORM_FOR(isa, normalize_row)(normalization, x + row * count, addend ? addend + row * count : NULL,
                                 sum ? sum + row * count : NULL, y + row * count);
}

float assay_fold_identity(assay_fold fold) {
  switch (fold) {
    case assay_fold_product: return 1;
    case assay_fold_maximum: return -INFINITY;
    case assay_fold_minimum: return INFINITY;
    default: return 0;
  }
}

void assay_fold_row(assay_isa isa, assay_fold fold, float *state, const float *x, const float *shift, size_t count) {
  if ((unsigned)fold < assay_fold_count) FORM_FOR(isa, row_folds)[fold](state, x, shift, count);
}

void assay_fold_into_row(assay_isa isa, assay_fold fold, float *state, const float *x, const float *shift,
                         size_t count) {
  if ((unsigned)fold < assay_fold_count) FORM_FOR(isa, column_folds)[fold](state, x, shift, count);
}

void assay_add_scaled_row(assay_isa isa, float factor, const float *x, float *y, size_t count) {
  FORM_FOR(isa, add_scaled_row)(factor, x, y, count);
}
