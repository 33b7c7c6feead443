// Elementary functions of a vector of floats in one form, within the errors stated at each; included after vector.h.

INLINE integers FORM(bits)(vector x) { return (integers)x; }
INLINE vector FORM(magnitude)(vector x) { return (vector)((integers)x & 0x7fffffff); }
/// The magnitude of `x` with the sign of `sign`.
INLINE vector FORM(with_sign)(vector x, vector sign) {
  return (vector)(((integers)x & 0x7fffffff) | ((integers)sign & (int)0x80000000));
}

/// `constant` in every lane.
#define ALL(constant) ((vector)(constant))

#if LANES == 16
#define SQUARE_ROOT(x) ((vector)_mm512_sqrt_ps((__m512)(x)))
#define ROUND_EVEN(x) ((vector)_mm512_roundscale_ps((__m512)(x), 8))
#define ROUND_DOWN(x) ((vector)_mm512_roundscale_ps((__m512)(x), 9))
#define ROUND_UP(x) ((vector)_mm512_roundscale_ps((__m512)(x), 10))
#elif LANES == 8
#define SQUARE_ROOT(x) ((vector)_mm256_sqrt_ps((__m256)(x)))
#define ROUND_EVEN(x) ((vector)_mm256_round_ps((__m256)(x), 8))
#define ROUND_DOWN(x) ((vector)_mm256_round_ps((__m256)(x), 9))
#define ROUND_UP(x) ((vector)_mm256_round_ps((__m256)(x), 10))
#else
#define SQUARE_ROOT(x) __builtin_elementwise_sqrt(x)
#define ROUND_EVEN(x) __builtin_elementwise_roundeven(x)
#define ROUND_DOWN(x) __builtin_elementwise_floor(x)
#define ROUND_UP(x) __builtin_elementwise_ceil(x)
#endif

/// 2^n for integers n in -126 ... 127.
INLINE vector FORM(power_of_two)(integers n) { return (vector)((n + 127) << 23); }

/// e^r by a polynomial, for |r| < 0.35, and n such that e^x = 2^n e^r.
INLINE vector FORM(reduced_exponential)(vector x, integers *n) {
  const vector magic = ALL(12582912.0f); // 1.5 * 2^23: adding it rounds to an integer in the low bits
  vector shifted = x * ALL(1.44269504f) + magic;
  vector whole = shifted - magic;
  vector r = x - whole * ALL(0.693359375f);
  r = r - whole * ALL(-2.12194440e-4f);
  vector p = ALL(1.9875691500e-4f);
  p = p * r + ALL(1.3981999507e-3f);
  p = p * r + ALL(8.3334519073e-3f);
  p = p * r + ALL(4.1665795894e-2f);
  p = p * r + ALL(1.6666665459e-1f);
  p = p * r + ALL(5.0000001201e-1f);
  *n = (integers)shifted - (integers)magic;
  return p * (r * r) + r + ALL(1.0f);
}

/// e^x, within 1.5 ulp; denormal results are rounded to denormals.
INLINE vector FORM(exponential)(vector x) {
  integers n;
  x = x > 89.0f ? ALL(89.0f) : x;
  x = x < -104.0f ? ALL(-104.0f) : x;
  vector y = FORM(reduced_exponential)(x, &n);
  // Twice half the power, because the whole one need not be a normal number.
  integers half = n >> 1;
  return y * FORM(power_of_two)(half) * FORM(power_of_two)(n - half);
}

/// e^x for x <= 0, within 1.5 ulp, and 0 where that is not a normal number.
INLINE vector FORM(decay)(vector x) {
  integers n;
  vector y = FORM(reduced_exponential)(x, &n);
  y = (vector)((integers)y + (n << 23));
  return x < -87.33654f ? ALL(0.0f) : y;
}

/// The natural logarithm, within 1.5 ulp; -inf at 0 and NaN below.
INLINE vector FORM(logarithm)(vector x) {
  integers is_denormal = x < ALL(1.17549435e-38f);
  vector scaled = is_denormal ? x * ALL(8388608.0f) : x;
  integers bits = (integers)scaled - 0x3f3504f3; // sqrt(1/2): the mantissa lies in sqrt(1/2) ..< sqrt(2)
  integers exponent = bits >> 23;
  vector m = (vector)((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;
  vector n = __builtin_convertvector(exponent, vector) - (is_denormal ? ALL(23.0f) : ALL(0.0f));
  vector z = m * m;
  vector p = ALL(7.0376836292e-2f);
  p = p * m + ALL(-1.1514610310e-1f);
  p = p * m + ALL(1.1676998740e-1f);
  p = p * m + ALL(-1.2420140846e-1f);
  p = p * m + ALL(1.4249322787e-1f);
  p = p * m + ALL(-1.6668057665e-1f);
  p = p * m + ALL(2.0000714765e-1f);
  p = p * m + ALL(-2.4999993993e-1f);
  p = p * m + ALL(3.3333331174e-1f);
  p = p * m * z;
  p = p + n * ALL(-2.12194440e-4f);
  p = p - z * ALL(0.5f);
  vector y = m + p + n * ALL(0.693359375f);
  y = x == ALL(INFINITY) ? x : y;
  y = x == ALL(0.0f) ? ALL(-INFINITY) : y;
  return x < ALL(0.0f) ? ALL(NAN) : x != x ? x : y;
}

/// log(1 + x) for x >= 0, within 3 ulp (Kahan's correction of the rounded sum).
INLINE vector FORM(logarithm_of_one_plus)(vector x) {
  vector sum = 1.0f + x;
  vector lost = x - (sum - 1.0f);
  vector y = FORM(logarithm)(sum) + lost / sum;
  return sum == ALL(INFINITY) || x < ALL(-1.0f) ? FORM(logarithm)(sum) : sum == ALL(0.0f) ? ALL(-INFINITY) : y;
}

/// 1 / (1 + e^-x), within 3 ulp; 0 below -87.
INLINE vector FORM(sigmoid)(vector x) {
  vector e = FORM(decay)(-FORM(magnitude)(x));
  return (x < 0.0f ? e : ALL(1.0f)) / (1.0f + e);
}

/// tanh, within 2 ulp.
INLINE vector FORM(hyperbolic_tangent)(vector x) {
  vector t = FORM(magnitude)(x);
  vector e = FORM(decay)(-2.0f * t);
  vector large = (1.0f - e) / (1.0f + e);
  vector z = x * x;
  vector p = ALL(-5.70498872745e-3f);
  p = p * z + ALL(2.06390887954e-2f);
  p = p * z + ALL(-5.37397155531e-2f);
  p = p * z + ALL(1.33314422036e-1f);
  p = p * z + ALL(-3.33332819422e-1f);
  p = p * z;
  vector small = p * x + x;
  return t < 0.625f ? small : FORM(with_sign)(large, x);
}

/// 1 - erf(t) for t > 0.9, as the exponential of a polynomial.
INLINE vector FORM(error_function_tail)(vector t) {
  vector s = t * t;
  vector r = ALL(-1.72853470e-5f) * t + ALL(3.83197126e-4f);
  vector u = ALL(-3.88396438e-3f) * t + ALL(2.42546219e-2f);
  r = r * s + u;
  r = r * t + ALL(-1.06777877e-1f);
  r = r * t + ALL(-6.34846687e-1f);
  r = r * t + ALL(-1.28717512e-1f);
  r = r * t - t;
  return FORM(decay)(r);
}

/// erf for |x| <= 0.93.
INLINE vector FORM(error_function_centre)(vector x) {
  vector s = x * x;
  vector r = ALL(-5.96761703e-4f);
  r = r * s + ALL(4.99119423e-3f);
  r = r * s + ALL(-2.67681349e-2f);
  r = r * s + ALL(1.12819925e-1f);
  r = r * s + ALL(-3.76125336e-1f);
  r = r * s + ALL(1.28379166e-1f);
  return r * x + x;
}

/// erf, within 2 ulp.
INLINE vector FORM(error_function)(vector x) {
  vector t = FORM(magnitude)(x);
  vector large = FORM(with_sign)(1.0f - FORM(error_function_tail)(FORM(smaller)(ALL(4.0f), t)), x);
  return t > 0.927734375f ? large : FORM(error_function_centre)(x);
}

/// x/2 (1 + erf(x / sqrt 2)); the absolute error is below 2e-7 max(1, |x|), the relative one a few ulp for x > -4.
INLINE vector FORM(gelu)(vector x) {
  vector scaled = x * ALL(0.707106781f);
  vector t = FORM(magnitude)(scaled);
  vector tail = 0.5f * FORM(error_function_tail)(FORM(smaller)(ALL(10.0f), t));
  vector outside = x < 0.0f ? tail : 1.0f - tail;
  vector inside = 0.5f + 0.5f * FORM(error_function_centre)(scaled);
  return x == ALL(-INFINITY) ? ALL(0.0f) : x * (t > 0.927734375f ? outside : inside);
}

/// The tanh approximation of GELU, written x sigmoid(2 u) with u = sqrt(2/pi) (x + 0.044715 x^3).
INLINE vector FORM(gelu_tanh)(vector x) {
  vector cubic = x * x * ALL(0.044715f);
  vector u = ALL(1.5957691216f) * (x + x * cubic);
  return x == ALL(-INFINITY) ? ALL(0.0f) : x * FORM(sigmoid)(u);
}

/// log(1 + e^x).
INLINE vector FORM(softplus)(vector x) {
  vector e = FORM(decay)(-FORM(magnitude)(x));
  vector y = FORM(larger)(x, ALL(0.0f)) + FORM(logarithm_of_one_plus)(e);
  return x != x ? x : y;
}

/// e^x - 1 for x <= 0.
INLINE vector FORM(exponential_minus_one)(vector x) {
  // Where the subtraction would cancel: the series of the same degree as the exponential's.
  vector p = ALL(1.9841270e-4f);
  p = p * x + ALL(1.3888889e-3f);
  p = p * x + ALL(8.3333333e-3f);
  p = p * x + ALL(4.1666667e-2f);
  p = p * x + ALL(1.6666667e-1f);
  p = p * x + ALL(0.5f);
  p = p * (x * x) + x;
  return FORM(magnitude)(x) < 0.35f ? p : FORM(exponential)(x) - 1.0f;
}

/// The sine of x + quarters * pi/2, by reduction in three parts; within 2 ulp for |x| < 1e4.
INLINE vector FORM(sine)(vector x, int quarters) {
  const vector magic = ALL(12582912.0f);
  vector shifted = x * ALL(0.636619772f) + magic;
  vector n = shifted - magic;
  vector r = x - n * ALL(1.5703125f);
  r = r - n * ALL(4.837512969970703125e-4f);
  r = r - n * ALL(7.549789948768648e-8f);
  integers quadrant = ((integers)shifted - (integers)magic) + quarters;
  vector z = r * r;
  vector s = ALL(-1.9515295891e-4f);
  s = s * z + ALL(8.3321608736e-3f);
  s = s * z + ALL(-1.6666654611e-1f);
  s = s * z * r + r;
  vector c = ALL(2.443315711809948e-5f);
  c = c * z + ALL(-1.388731625493765e-3f);
  c = c * z + ALL(4.166664568298827e-2f);
  c = c * (z * z) - 0.5f * z + 1.0f;
  vector y = (quadrant & 1) != 0 ? c : s;
  return (vector)((integers)y ^ ((quadrant & 2) << 30));
}
