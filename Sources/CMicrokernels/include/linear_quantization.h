// Between floats and integers that stand for `scale (q - zero)`, and the range of floats.
#ifndef ASSAY_LINEAR_QUANTIZATION_H
#define ASSAY_LINEAR_QUANTIZATION_H

#include <stddef.h>
#include <stdint.h>

#include "isa.h"

typedef enum {
  assay_quantized_as_uint8,
  assay_quantized_as_int8,
  assay_quantized_as_uint16,
  assay_quantized_as_int16,
  assay_quantized_as_int32, // only to floats
} assay_quantized_element;

/// Scales and zero points of a run of values: one for each value, or the first for all.
typedef struct {
  const float *scale;
  /// Of the integers' type; null where all are 0.
  const void *zero;
  int each;
} assay_quantization;

/// `clamp(round(from / scale) + zero)` to the type's range, halves to even; NaN becomes 0.
void assay_quantize_values(assay_isa isa, assay_quantized_element element, const assay_quantization *quantization,
                           const float *from, void *to, size_t count);

/// `(from - zero) scale`, rounded once.
void assay_dequantize_values(assay_isa isa, assay_quantized_element element, const assay_quantization *quantization,
                             const void *from, float *to, size_t count);

/// The smallest and the largest of 0 and `count` values, of which NaN do not count.
void assay_value_range(assay_isa isa, const float *from, size_t count, float *lowest, float *highest);

#endif
