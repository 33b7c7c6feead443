// The load that belongs to the machine: latencies are stored as multiples of the time it takes, so that a slow machine
// is not taken for a slow network. It is fixed for ever: code that changes here makes other figures of the same network,
// and is another version beside this one.
#ifndef ASSAY_CALIBRATION_H
#define ASSAY_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

#include "isa.h"

/// Multiplies the 6 x `depth` matrix at `left`, column by column, by the `floats / depth` columns at `right`, which lie in panels
/// of two vectors; returns a value made of all products.
float assay_calibrate_product(assay_isa isa, const float *left, const float *right, size_t depth, size_t floats);

/// One sweep over `count` floats, a multiple of 64: `target[i] = target[i] * 0.5 + source[i]`.
void assay_calibrate_sweep(assay_isa isa, float *target, const float *source, size_t count);

/// Reads `count` floats, a multiple of 64, once and returns a sum of them.
float assay_calibrate_stream(assay_isa isa, const float *source, size_t count);

/// Runs `rounds` rounds of eight integer operations that do not wait for each other: as many instructions in a cycle as the core
/// issues, so that anybody else on it shows.
uint64_t assay_calibrate_issue(size_t rounds);

#endif
