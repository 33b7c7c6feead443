// Activation functions on vectors of ASSAY_LANES floats. Included by the files of one instruction set each.
#ifndef ASSAY_ACTIVATION_MATH_H
#define ASSAY_ACTIVATION_MATH_H

#include "convolution.h"

typedef float vec __attribute__((ext_vector_type(ASSAY_LANES)));
typedef float unaligned_vec __attribute__((ext_vector_type(ASSAY_LANES), aligned(4)));
typedef int32_t int_vec __attribute__((ext_vector_type(ASSAY_LANES)));

#define ASSAY_INLINE static inline __attribute__((always_inline))

ASSAY_INLINE vec load(const float *from) { return *(const unaligned_vec *)from; }
ASSAY_INLINE void store(float *to, vec value) { *(unaligned_vec *)to = value; }
ASSAY_INLINE vec splat(float value) { return (vec)value; }
// The comparisons are false for a NaN, which the second operand then carries through.
ASSAY_INLINE vec maximum(vec value, vec bound) { return bound > value ? bound : value; }
ASSAY_INLINE vec minimum(vec value, vec bound) { return bound < value ? bound : value; }

// e^x by x = n ln 2 + r, |r| <= ln 2 / 2, and the polynomial of Cephes' expf; within 2 ulp.
ASSAY_INLINE vec exponential(vec x) {
  x = minimum(maximum(x, splat(-87.33654f)), splat(88.37626f));
  // Adding 1.5 * 2^23 rounds to an integer in the low bits.
  const vec shifted = x * 1.44269504f + 12582912.0f;
  const vec n = shifted - 12582912.0f;
  const vec r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  vec p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  const int_vec scale = (__builtin_convertvector(n, int_vec) + 127) << 23;
  return p * (vec)scale;
}

ASSAY_INLINE vec sigmoid(vec x) { return 1.0f / (1.0f + exponential(-x)); }

// The rational minimax approximation x P(x^2) / Q(x^2) on [-7.905, 7.905] that Eigen and XNNPACK use.
ASSAY_INLINE vec hyperbolic_tangent(vec x) {
  x = minimum(maximum(x, splat(-7.90531110763549805f)), splat(7.90531110763549805f));
  const vec s = x * x;
  vec p = s * -2.76076847742355e-16f + 2.00018790482477e-13f;
  p = p * s + -8.60467152213735e-11f;
  p = p * s + 5.12229709037114e-08f;
  p = p * s + 1.48572235717979e-05f;
  p = p * s + 6.37261928875436e-04f;
  p = p * s + 4.89352455891786e-03f;
  vec q = s * 1.19825839466702e-06f + 1.18534705686654e-04f;
  q = q * s + 2.26843463243900e-03f;
  q = q * s + 4.89352518554385e-03f;
  return x * p / q;
}

// The rational minimax approximation x P(x^2) / Q(x^2) on [-4, 4] that Eigen uses.
ASSAY_INLINE vec error_function(vec x) {
  x = minimum(maximum(x, splat(-4.0f)), splat(4.0f));
  const vec s = x * x;
  vec p = s * -2.72614225801306e-10f + 2.77068142495902e-08f;
  p = p * s + -2.10102402082508e-06f;
  p = p * s + -5.69250639462346e-05f;
  p = p * s + -7.34990630326855e-04f;
  p = p * s + -2.95459980854025e-03f;
  p = p * s + -1.60960333262415e-02f;
  vec q = s * -1.45660718464996e-05f + -2.13374055278905e-04f;
  q = q * s + -1.68282697438203e-03f;
  q = q * s + -7.37332916720468e-03f;
  q = q * s + -1.42647390514189e-02f;
  return x * p / q;
}

ASSAY_INLINE vec activated(vec x, const assay_activation kind, vec alpha, vec beta) {
  switch (kind) {
  case assay_activation_none: return x;
  case assay_activation_sigmoid: return sigmoid(x);
  case assay_activation_silu: return x * sigmoid(x);
  case assay_activation_hard_sigmoid: return minimum(maximum(alpha * x + beta, splat(0)), splat(1));
  case assay_activation_hard_swish: return x * minimum(maximum(alpha * x + beta, splat(0)), splat(1));
  case assay_activation_leaky_relu: return x < 0 ? alpha * x : x;
  case assay_activation_gelu: return 0.5f * x * (1.0f + error_function(x * 0.70710678118654752f));
  case assay_activation_tanh: return hyperbolic_tangent(x);
  }
  return x;
}

// `count` is a multiple of ASSAY_LANES.
ASSAY_INLINE void activate_each(
    float *values, ptrdiff_t count, const assay_activation kind, float alpha, float beta) {
  for (ptrdiff_t i = 0; i < count; i += ASSAY_LANES)
    store(values + i, activated(load(values + i), kind, splat(alpha), splat(beta)));
}

static void activate(float *values, ptrdiff_t count, assay_activation kind, float alpha, float beta) {
#define ASSAY_CASE(kind)                                                                                   \
  case kind: activate_each(values, count, kind, alpha, beta); break;
  switch (kind) {
    ASSAY_CASE(assay_activation_none)
    ASSAY_CASE(assay_activation_sigmoid)
    ASSAY_CASE(assay_activation_silu)
    ASSAY_CASE(assay_activation_hard_sigmoid)
    ASSAY_CASE(assay_activation_hard_swish)
    ASSAY_CASE(assay_activation_leaky_relu)
    ASSAY_CASE(assay_activation_gelu)
    ASSAY_CASE(assay_activation_tanh)
  }
#undef ASSAY_CASE
}

#endif
