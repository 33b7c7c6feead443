#include "vector_math.h"

/// Defines a function on rows by its value for a vector `x`, with the parameters p0 and p1.
#define UNARY(name, value)                                                                              \
  static void FORM(unary_##name)(const float *from, float *to, size_t count, const float parameters[2]) { \
    const vector p0 = ALL(parameters ? parameters[0] : 0.0f), p1 = ALL(parameters ? parameters[1] : 0.0f); \
    (void)p0;                                                                                           \
    (void)p1;                                                                                           \
    size_t i = 0;                                                                                       \
    for (; i + LANES <= count; i += LANES) {                                                            \
      vector x = FORM(load)(from + i);                                                                  \
      FORM(store)(to + i, (value));                                                                     \
    }                                                                                                   \
    if (i < count) {                                                                                    \
      vector x = FORM(load_part)(from + i, count - i);                                                  \
      FORM(store_part)(to + i, (value), count - i);                                                     \
    }                                                                                                   \
  }

UNARY(identity, x)
UNARY(negate, -x)
UNARY(absolute, FORM(magnitude)(x))
UNARY(square, x * x)
UNARY(square_root, SQUARE_ROOT(x))
UNARY(reciprocal, 1.0f / x)
UNARY(reciprocal_square_root, 1.0f / SQUARE_ROOT(x))
UNARY(floor, ROUND_DOWN(x))
UNARY(ceiling, ROUND_UP(x))
UNARY(round, ROUND_EVEN(x))
UNARY(sign, x > 0.0f ? ALL(1.0f) : x < 0.0f ? ALL(-1.0f) : x)
UNARY(relu, x < 0.0f ? ALL(0.0f) : x)
UNARY(clamp, x < p0 ? p0 : x > p1 ? p1 : x)
UNARY(leaky_relu, x < 0.0f ? x * p0 : x)
UNARY(exponential, FORM(exponential)(x))
UNARY(logarithm, FORM(logarithm)(x))
UNARY(logarithm_of_one_plus, FORM(logarithm_of_one_plus)(x))
UNARY(sigmoid, FORM(sigmoid)(x))
UNARY(hyperbolic_tangent, FORM(hyperbolic_tangent)(x))
UNARY(error_function, FORM(error_function)(x))
UNARY(gelu, FORM(gelu)(x))
UNARY(gelu_tanh, FORM(gelu_tanh)(x))
UNARY(silu, x == ALL(-INFINITY) ? ALL(0.0f) : x * FORM(sigmoid)(p0 * x))
UNARY(hard_sigmoid, FORM(smaller)(ALL(1.0f), FORM(larger)(ALL(0.0f), p0 * x + p1)))
UNARY(hard_swish, x * FORM(smaller)(ALL(1.0f), FORM(larger)(ALL(0.0f), x * ALL(1.0f / 6) + 0.5f)))
UNARY(elu, x < 0.0f ? p0 * FORM(exponential_minus_one)(x) : x)
UNARY(selu, p1 * (x < 0.0f ? p0 * FORM(exponential_minus_one)(x) : x))
UNARY(softplus, FORM(softplus)(x))
UNARY(softsign, x / (1.0f + FORM(magnitude)(x)))
UNARY(mish, x == ALL(-INFINITY) ? ALL(0.0f) : x * FORM(hyperbolic_tangent)(FORM(softplus)(x)))
UNARY(sine, FORM(sine)(x, 0))
UNARY(cosine, FORM(sine)(x, 1))
UNARY(scale_shift, x * p0 + p1)
UNARY(threshold, x > p0 ? x : ALL(0.0f))

static void FORM(unary_power)(const float *from, float *to, size_t count, const float parameters[2]) {
  const float exponent = parameters[0];
  if (exponent == 2.0f) return FORM(unary_square)(from, to, count, parameters);
  if (exponent == 1.0f) return FORM(unary_identity)(from, to, count, parameters);
  if (exponent == 0.5f) return FORM(unary_square_root)(from, to, count, parameters);
  if (exponent == -1.0f) return FORM(unary_reciprocal)(from, to, count, parameters);
  if (exponent == -0.5f) return FORM(unary_reciprocal_square_root)(from, to, count, parameters);
  if (exponent == 3.0f) {
    for (size_t i = 0; i < count; i++) to[i] = from[i] * from[i] * from[i];
    return;
  }
  for (size_t i = 0; i < count; i++) to[i] = powf(from[i], exponent);
}
#undef UNARY

static const assay_unary_function FORM(unary_functions)[assay_unary_count] = {
#define ENTRY(name) [assay_unary_##name] = FORM(unary_##name)
    ENTRY(identity), ENTRY(negate), ENTRY(absolute), ENTRY(square), ENTRY(square_root), ENTRY(reciprocal),
    ENTRY(reciprocal_square_root), ENTRY(floor), ENTRY(ceiling), ENTRY(round), ENTRY(sign), ENTRY(relu),
    ENTRY(clamp), ENTRY(leaky_relu), ENTRY(exponential), ENTRY(logarithm), ENTRY(logarithm_of_one_plus),
    ENTRY(sigmoid), ENTRY(hyperbolic_tangent), ENTRY(error_function), ENTRY(gelu), ENTRY(gelu_tanh), ENTRY(silu),
    ENTRY(hard_sigmoid), ENTRY(hard_swish), ENTRY(elu), ENTRY(selu), ENTRY(softplus), ENTRY(softsign),
    ENTRY(mish), ENTRY(sine), ENTRY(cosine), ENTRY(scale_shift), ENTRY(power), ENTRY(threshold),
#undef ENTRY
};
