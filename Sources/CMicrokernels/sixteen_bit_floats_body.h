INLINE uint32_t FORM(bits_of)(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

INLINE float FORM(float_of)(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

INLINE float FORM(widened_binary16)(uint16_t bits) {
  const uint32_t magnitude = (uint32_t)(bits & 0x7fff) << 13;
  // Multiplying by 2^112 moves the exponent from binary16's bias to binary32's and normalises subnormals.
  const uint32_t scaled = FORM(bits_of)(FORM(float_of)(magnitude) * 0x1p112f);
  const uint32_t special = magnitude >= 0x0f800000 ? 0x7f800000 : 0;
  return FORM(float_of)(scaled | special | (uint32_t)(bits & 0x8000) << 16);
}

INLINE uint16_t FORM(narrowed_binary16)(float value) {
  const uint32_t bits = FORM(bits_of)(value), magnitude = bits & 0x7fffffff;
  const uint32_t sign = (bits & 0x80000000) >> 16;
  if (magnitude >= 0x47800000) return (uint16_t)(sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00));
  // Adding one half lets the addition's own rounding cut a subnormal at binary16's last place.
  if (magnitude < 0x38800000)
    return (uint16_t)(sign | (FORM(bits_of)(FORM(float_of)(magnitude) + 0.5f) - 0x3f000000));
  return (uint16_t)(sign | (magnitude - 0x38000000 + 0xfff + (magnitude >> 13 & 1)) >> 13);
}

static void FORM(widen_binary16)(const uint16_t *from, float *to, size_t count) {
  size_t i = 0;
#if LANES == 16
  for (; i + LANES <= count; i += LANES)
    _mm512_storeu_ps(to + i, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(from + i))));
#elif LANES == 8
  for (; i + LANES <= count; i += LANES)
    _mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(from + i))));
#endif
  for (; i < count; i++) to[i] = FORM(widened_binary16)(from[i]);
}

static void FORM(narrow_binary16)(const float *from, uint16_t *to, size_t count) {
  size_t i = 0;
#if LANES == 16
  for (; i + LANES <= count; i += LANES)
    _mm256_storeu_si256((__m256i *)(to + i), _mm512_cvtps_ph(_mm512_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT));
#elif LANES == 8
  for (; i + LANES <= count; i += LANES)
    _mm_storeu_si128((__m128i *)(to + i), _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT));
#endif
  for (; i < count; i++) to[i] = FORM(narrowed_binary16)(from[i]);
}

static void FORM(widen_bfloat16)(const uint16_t *from, float *to, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = FORM(float_of)((uint32_t)from[i] << 16);
}

static void FORM(narrow_bfloat16)(const float *from, uint16_t *to, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = FORM(bits_of)(from[i]);
    const uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1);
    to[i] = (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : rounded >> 16);
  }
}
