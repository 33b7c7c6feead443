// The same numbers in another element type.
#ifndef ASSAY_ELEMENT_CONVERSION_H
#define ASSAY_ELEMENT_CONVERSION_H

#include <stddef.h>

#include "isa.h"

typedef enum {
  assay_as_float32,
  assay_as_int64,
  assay_as_int32,
  assay_as_int8,
  assay_as_uint8,
  assay_as_bool, // bytes that are 0 or not; written as 0 or 1
  assay_element_count
} assay_element;

/// Floats become integers toward 0, and what the type does not hold wraps around; from 2^63 on the type's own end, and 0
/// for infinities and NaN. Integers wrap around, or become the nearest floats.
void assay_convert_elements(assay_isa isa, assay_element from_element, assay_element to_element, const void *from,
                            void *to, size_t count);

#endif
