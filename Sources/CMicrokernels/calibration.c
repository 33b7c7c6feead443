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

uint64_t assay_calibrate_issue(size_t rounds) {
  uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
  for (; rounds > 0; rounds--) {
    a += 3, b ^= 5, c += 7, d ^= 9, e += 11, f ^= 13, g += 15, h ^= 17;
    // Nothing is known of the sums after each round, so that all of them are made.
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h));
  }
  return a + b + c + d + e + f + g + h;
}
