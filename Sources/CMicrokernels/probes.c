#include "probes.h"

#define BODY "probes_body.h"
#include "forms.h"

double assay_probe_multiply_add(assay_isa isa, size_t iterations, float *sink) {
  return FORM_FOR(isa, multiply_add)(iterations, sink);
}

float assay_probe_read(assay_isa isa, const float *source, size_t count) { return FORM_FOR(isa, read)(source, count); }
