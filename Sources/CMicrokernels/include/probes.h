// Loops that do nothing but use one resource of the machine fully.
#ifndef ASSAY_PROBES_H
#define ASSAY_PROBES_H

#include <stddef.h>

#include "isa.h"

/// Runs `iterations` rounds of independent fused multiply-adds (multiply and add where they are not fused) in
/// registers; returns the floating-point operations done, two for each multiply-add. `sink` receives a value so that
/// nothing is optimised away.
double assay_probe_multiply_add(assay_isa isa, size_t iterations, float *sink);

/// Reads `count` floats, a multiple of 64, and returns a sum of them.
float assay_probe_read(assay_isa isa, const float *source, size_t count);

#endif
