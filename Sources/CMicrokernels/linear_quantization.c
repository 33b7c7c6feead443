#include "linear_quantization.h"

typedef void (*quantize_values)(const assay_quantization *quantization, const float *from, void *to, size_t count);
typedef void (*dequantize_values)(const assay_quantization *quantization, const void *from, float *to, size_t count);

#define BODY "linear_quantization_body.h"
#include "forms.h"

void assay_quantize_values(assay_isa isa, assay_quantized_element element, const assay_quantization *quantization,
                           const float *from, void *to, size_t count) {
  if ((unsigned)element >= assay_quantized_as_int32) return;
  FORM_FOR(isa, quantizers)[element](quantization, from, to, count);
}

void assay_dequantize_values(assay_isa isa, assay_quantized_element element, const assay_quantization *quantization,
                             const void *from, float *to, size_t count) {
  if ((unsigned)element > assay_quantized_as_int32) return;
  FORM_FOR(isa, dequantizers)[element](quantization, from, to, count);
}

void assay_value_range(assay_isa isa, const float *from, size_t count, float *lowest, float *highest) {
  FORM_FOR(isa, value_range)(from, count, lowest, highest);
}
