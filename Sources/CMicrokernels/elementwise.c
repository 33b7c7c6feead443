#include "elementwise.h"

#include <stdbool.h>

typedef void (*binary_row)(const float *a, const float *b, float *y, size_t count);

#define BODY "elementwise_body.h"
#include "forms.h"

void assay_binary_run(assay_isa isa, assay_binary function, const assay_rows *rows, const float *a, const float *b,
                      float *y) {
  if ((unsigned)function >= assay_binary_count) return;
  const int variant = rows->a_step && rows->b_step ? 0 : rows->a_step ? 1 : 2;
  const binary_row row_function = FORM_FOR(isa, binary_rows)[function][variant];
  for (size_t row = 0; row < rows->rows; row++)
    row_function(a + (ptrdiff_t)row * rows->a_row, b + (ptrdiff_t)row * rows->b_row,
                 y + (ptrdiff_t)row * rows->y_row, rows->count);
}

void assay_select_run(assay_isa isa, const assay_rows *rows, const float *a, const float *b, const uint8_t *c,
                      float *y) {
  for (size_t row = 0; row < rows->rows; row++)
    FORM_FOR(isa, select_row)(rows, a + (ptrdiff_t)row * rows->a_row, b + (ptrdiff_t)row * rows->b_row,
                              c + (ptrdiff_t)row * rows->c_row, y + (ptrdiff_t)row * rows->y_row);
}
