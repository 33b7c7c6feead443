// Functions that look at a whole row: softmax, normalisation, folds.
#ifndef ASSAY_ROW_FUNCTIONS_H
#define ASSAY_ROW_FUNCTIONS_H

#include <stddef.h>

#include "isa.h"

/// Softmax of each of `rows` rows of `count` floats, `pitch` apart; its logarithm if `logarithmic`.
void assay_softmax_rows(assay_isa isa, const float *x, float *y, size_t rows, size_t count, ptrdiff_t x_pitch,
                        ptrdiff_t y_pitch, int logarithmic);

/// Softmax down the columns `first ..< last` of `rows` rows, `pitch` apart.
void assay_softmax_columns(assay_isa isa, const float *x, float *y, size_t rows, size_t first, size_t last,
                           ptrdiff_t pitch, int logarithmic);

/// y = (x - mean) / sqrt(variance + epsilon) scale + shift of each row; scale and shift hold a row or are null.
/// If `centres` is 0 the mean is taken as zero (RMS normalisation). If `addend` is not null, x + addend is
/// normalised, and stored in `sum` if that is not null.
typedef struct {
  size_t count;
  float epsilon;
  int centres;
  const float *scale, *shift;
} assay_normalization;
void assay_normalize_rows(assay_isa isa, const assay_normalization *normalization, const float *x,
                          const float *addend, float *sum, float *y, size_t rows);

typedef enum {
  assay_fold_sum,
  assay_fold_sum_of_magnitudes,
  assay_fold_sum_of_squares,
  assay_fold_product,
  assay_fold_maximum,
  assay_fold_minimum,
  assay_fold_sum_of_exponentials, // of x - shift
  assay_fold_count
} assay_fold;

/// What a fold of nothing is.
float assay_fold_identity(assay_fold fold);

/// state = fold(state, every value of the row); `shift` is one value.
void assay_fold_row(assay_isa isa, assay_fold fold, float *state, const float *x, const float *shift, size_t count);

/// state[i] = fold(state[i], x[i]); `shift` is a row.
void assay_fold_into_row(assay_isa isa, assay_fold fold, float *state, const float *x, const float *shift,
                         size_t count);

/// y[i] += factor * x[i].
void assay_add_scaled_row(assay_isa isa, float factor, const float *x, float *y, size_t count);

#endif
