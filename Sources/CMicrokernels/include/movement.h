// Moving values without computing: transposes and strided copies.
#ifndef ASSAY_MOVEMENT_H
#define ASSAY_MOVEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "isa.h"

/// target[column][row] = source[row][column] for values of 1, 2, 4 or 8 bytes; pitches in values.
void assay_transpose(assay_isa isa, size_t value_bytes, const void *source, ptrdiff_t source_pitch, void *target,
                     ptrdiff_t target_pitch, size_t rows, size_t columns);

/// Copies `rows` rows of `count` values; strides between rows and values are in values.
typedef struct {
  size_t value_bytes, rows, count;
  ptrdiff_t source_row, source_step, target_row, target_step;
} assay_copy;
void assay_copy_rows(const assay_copy *copy, const void *source, void *target);

/// Fills `count` values with the one at `value`.
void assay_fill(size_t value_bytes, const void *value, void *target, size_t count);

#endif
