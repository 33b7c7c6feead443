#include "calibration.h"

#define BODY "calibration_body.h"
#include "forms.h"

float assay_calibrate_product(assay_isa isa, const float *left, const float *right, size_t depth, size_t floats) {
  return FORM_FOR(isa, calibrate_product)(left, right, depth, floats);
}

void assay_calibrate_sweep(assay_isa isa, float *target, const float *source, size_t count) {
  FORM_FOR(isa, calibrate_sweep)(target, source, count);
}

float assay_calibrate_stream(assay_isa isa, const float *source, size_t count) {
  return FORM_FOR(isa, calibrate_stream)(source, count);
}
