// Rounding of 32-bit sums to bytes, two pixels of 32 channels at a time. Included with the target's attributes on.

/// Packs whole numbers, `[pixel][32]` in four vectors, to bytes after adding `zero`; the second pixel's are the upper half.
INLINE __m512i vnni_pack_pixels(const __m512i whole[4], int32_t zero, int32_t low, int32_t high) {
  const __m512i shift = _mm512_set1_epi16((short)zero);
  const __m512i first = _mm512_adds_epi16(_mm512_packs_epi32(whole[0], whole[1]), shift);
  const __m512i second = _mm512_adds_epi16(_mm512_packs_epi32(whole[2], whole[3]), shift);
  const __m512i bytes = _mm512_packus_epi16(first, second);
  const __m512i limited =
      _mm512_min_epu8(_mm512_max_epu8(bytes, _mm512_set1_epi8((char)low)), _mm512_set1_epi8((char)high));
  // Packing took four channels of each vector in turn.
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm512_permutexvar_epi32(order, limited);
}

/// The result of a convolution and the other image's numbers, both whole, to their sum, rounded.
INLINE __m512i vnni_sum(const assay_byte_rounding *rounding, __m512i whole, __m128i other) {
  const __m512i number = _mm512_min_epi32(
      _mm512_max_epi32(_mm512_add_epi32(whole, _mm512_set1_epi32(rounding->zero)), _mm512_set1_epi32(rounding->low)),
      _mm512_set1_epi32(rounding->high));
  const __m512 result = _mm512_cvtepi32_ps(number), image = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(other));
  const __m512 first = rounding->result_is_first ? result : image, second = rounding->result_is_first ? image : result;
  const __m512 part =
      _mm512_fmadd_ps(second, _mm512_set1_ps(rounding->second_scale), _mm512_set1_ps(rounding->offset));
  const __m512 sum = _mm512_fmadd_ps(first, _mm512_set1_ps(rounding->first_scale), part);
  return _mm512_cvtps_epi32(_mm512_min_ps(sum, _mm512_set1_ps(32767)));
}

/// As `byte_round_vnni`, two pixels at a time where 32 whole channels are wanted.
static void vnni_round(const assay_byte_rounding *rounding, const int32_t *sums, uint8_t *out, const uint8_t *other,
                       size_t pixels, size_t channel, size_t panels) {
  const size_t pitch = (size_t)rounding->room;
  if (panels != 2 || channel + 32 > pitch) {
    byte_round_vnni(rounding, sums, out, other, pixels, channel, panels);
    return;
  }
  const __m512i bias[2] = {_mm512_loadu_si512(rounding->bias + channel),
                           _mm512_loadu_si512(rounding->bias + channel + 16)};
  const __m512 scale[2] = {_mm512_loadu_ps(rounding->scale + channel), _mm512_loadu_ps(rounding->scale + channel + 16)};
  const __m512 most = _mm512_set1_ps(32767);
  const int adds = rounding->adds;
  size_t pixel = 0;
  for (; pixel + 2 <= pixels; pixel += 2) {
    const size_t at = pixel * pitch + channel;
    __m512i whole[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
      const __m512i sum = _mm512_add_epi32(_mm512_loadu_si512(sums + 32 * pixel + 16 * v), bias[v % 2]);
      whole[v] = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale[v % 2]), most));
    }
    __m512i bytes;
    if (adds) {
#pragma clang loop unroll(full)
      for (int v = 0; v < 4; v++)
        whole[v] = vnni_sum(rounding, whole[v],
                            _mm_loadu_si128((const __m128i *)(other + at + (v / 2) * pitch + 16 * (v % 2))));
      bytes = vnni_pack_pixels(whole, 0, rounding->sum_low, rounding->sum_high);
    } else {
      bytes = vnni_pack_pixels(whole, rounding->zero, rounding->low, rounding->high);
    }
    _mm256_storeu_si256((__m256i *)(out + at), _mm512_castsi512_si256(bytes));
    _mm256_storeu_si256((__m256i *)(out + at + pitch), _mm512_extracti64x4_epi64(bytes, 1));
  }
  if (pixel < pixels)
    byte_round_vnni(rounding, sums + 32 * pixel, out + pixel * pitch, other + pixel * pitch, pixels - pixel, channel,
                    panels);
}
