#include "sixteen_bit_floats.h"

#define BODY "sixteen_bit_floats_body.h"
#include "forms.h"

void assay_widen_floats(assay_isa isa, assay_sixteen_bit_format format, const uint16_t *from, float *to,
                        size_t count) {
  if (format == assay_binary16)
    FORM_FOR(isa, widen_binary16)(from, to, count);
  else
    FORM_FOR(isa, widen_bfloat16)(from, to, count);
}

void assay_narrow_floats(assay_isa isa, assay_sixteen_bit_format format, const float *from, uint16_t *to,
                         size_t count) {
  if (format == assay_binary16)
    FORM_FOR(isa, narrow_binary16)(from, to, count);
  else
    FORM_FOR(isa, narrow_bfloat16)(from, to, count);
}
