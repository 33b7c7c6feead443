// Functions of one variable on rows of floats.
#ifndef ASSAY_VECTOR_FUNCTIONS_H
#define ASSAY_VECTOR_FUNCTIONS_H

#include <stddef.h>

#include "isa.h"

/// y = f(x) for `count` floats; `y` may be `x`. Functions without parameters ignore them.
typedef void (*assay_unary_function)(const float *x, float *y, size_t count, const float parameters[2]);

typedef enum {
  assay_unary_identity,
  assay_unary_negate,
  assay_unary_absolute,
  assay_unary_square,
  assay_unary_square_root,
  assay_unary_reciprocal,
  assay_unary_reciprocal_square_root,
  assay_unary_floor,
  assay_unary_ceiling,
  assay_unary_round, // half to even
  assay_unary_sign,
  assay_unary_relu,
  assay_unary_clamp,        // parameters: low, high
  assay_unary_leaky_relu,   // slope
  assay_unary_exponential,
  assay_unary_logarithm,
  assay_unary_logarithm_of_one_plus,
  assay_unary_sigmoid,
  assay_unary_hyperbolic_tangent,
  assay_unary_error_function,
  assay_unary_gelu,         // with the error function
  assay_unary_gelu_tanh,    // with the tanh approximation
  assay_unary_silu,         // x sigmoid(p x), p = parameters[0]
  assay_unary_hard_sigmoid, // alpha, beta
  assay_unary_hard_swish,
  assay_unary_elu,          // alpha
  assay_unary_selu,         // alpha, gamma
  assay_unary_softplus,
  assay_unary_softsign,
  assay_unary_mish,
  assay_unary_sine,
  assay_unary_cosine,
  assay_unary_scale_shift,  // p0 x + p1
  assay_unary_power,        // x to p0
  assay_unary_threshold,    // x > p0 ? x : 0
  assay_unary_count
} assay_unary;

assay_unary_function assay_unary_for(assay_unary function, assay_isa isa);

static inline void assay_unary_run(assay_isa isa, assay_unary function, const float *x, float *y, size_t count,
                                   const float *parameters) {
  assay_unary_for(function, isa)(x, y, count, parameters);
}

#endif
