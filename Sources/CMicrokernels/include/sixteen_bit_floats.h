// Between floats of 16 and of 32 bits.
#ifndef ASSAY_SIXTEEN_BIT_FLOATS_H
#define ASSAY_SIXTEEN_BIT_FLOATS_H

#include <stddef.h>
#include <stdint.h>

#include "isa.h"

typedef enum {
  assay_binary16 = 0, // IEEE 754: 5 bits of exponent, 10 of fraction
  assay_bfloat16 = 1, // the upper half of a 32-bit float
} assay_sixteen_bit_format;

/// The same values, exactly.
void assay_widen_floats(assay_isa isa, assay_sixteen_bit_format format, const uint16_t *from, float *to, size_t count);

/// The nearest values, ties to even; what is too large becomes an infinity.
void assay_narrow_floats(assay_isa isa, assay_sixteen_bit_format format, const float *from, uint16_t *to, size_t count);

#endif
