// Functions of two or three variables on rows of floats, where a variable may be one value for the whole row.
#ifndef ASSAY_ELEMENTWISE_H
#define ASSAY_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

#include "isa.h"

typedef enum {
  assay_binary_add,
  assay_binary_subtract,
  assay_binary_multiply,
  assay_binary_divide,
  assay_binary_maximum, // NaN where either is
  assay_binary_minimum,
  assay_binary_power,
  assay_binary_squared_difference,
  assay_binary_prelu, // a < 0 ? a b : a
  assay_binary_add_integers, // of 32 bits, wrapped around
  assay_binary_count
} assay_binary;

/// Rows of `count` values. Row strides are in values and may be 0; steps within a row are 1 or 0.
typedef struct {
  size_t rows, count;
  ptrdiff_t a_row, b_row, c_row, y_row;
  int a_step, b_step, c_step;
} assay_rows;

/// y = f(a, b); `y` may be `a` or `b`. The steps are not both 0 unless count is 1.
void assay_binary_run(assay_isa isa, assay_binary function, const assay_rows *rows, const float *a, const float *b,
                      float *y);

/// y = c ? a : b, on 32-bit values; `c` holds bytes that are 0 or not.
void assay_select_run(assay_isa isa, const assay_rows *rows, const float *a, const float *b, const uint8_t *c,
                      float *y);

#endif
