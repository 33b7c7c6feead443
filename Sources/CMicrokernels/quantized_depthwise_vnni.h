// Depthwise 3x3 windows with VNNI: the three bytes of a column lie side by side in 32 bits, so that one product takes them
// all. Included with the target's attributes on.
//
// Bytes are interleaved within the 16 bytes of each quarter of a register. In vector v of the four that 64 channels make,
// lane l then holds channel `16 (l / 4) + 4 v + l % 4`; packing the results puts them back in order.

typedef struct {
  __m512i part[4];
} vnni_column;

INLINE vnni_column vnni_load_column(const uint8_t *top, ptrdiff_t row, __mmask64 present) {
  const __m512i first = _mm512_maskz_loadu_epi8(present, top), second = _mm512_maskz_loadu_epi8(present, top + row),
                third = _mm512_maskz_loadu_epi8(present, top + 2 * row), none = _mm512_setzero_si512();
  const __m512i low = _mm512_unpacklo_epi8(first, second), high = _mm512_unpackhi_epi8(first, second);
  const __m512i low_rest = _mm512_unpacklo_epi8(third, none), high_rest = _mm512_unpackhi_epi8(third, none);
  return (vnni_column){{_mm512_unpacklo_epi16(low, low_rest), _mm512_unpackhi_epi16(low, low_rest),
                        _mm512_unpacklo_epi16(high, high_rest), _mm512_unpackhi_epi16(high, high_rest)}};
}

/// Four vectors of sums as 64 bytes in the channels' order.
INLINE __m512i vnni_round_columns(const assay_byte_rounding *rounding, const __m512i sums[4], const float *scale) {
  const __m512 most = _mm512_set1_ps(32767);
  __m512i whole[4];
#pragma clang loop unroll(full)
  for (int v = 0; v < 4; v++) {
    const __m512 real = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[v]), _mm512_loadu_ps(scale + 16 * v));
    whole[v] = _mm512_cvtps_epi32(_mm512_min_ps(real, most));
  }
  const __m512i zero = _mm512_set1_epi16((short)rounding->zero);
  const __m512i left = _mm512_adds_epi16(_mm512_packs_epi32(whole[0], whole[1]), zero);
  const __m512i right = _mm512_adds_epi16(_mm512_packs_epi32(whole[2], whole[3]), zero);
  const __m512i bytes = _mm512_packus_epi16(left, right);
  return _mm512_min_epu8(_mm512_max_epu8(bytes, _mm512_set1_epi8((char)rounding->low)),
                         _mm512_set1_epi8((char)rounding->high));
}

/// `pixels` outputs of 64 channels, `stride` pixels apart in the input.
INLINE void vnni_columns(const assay_byte_depthwise *work, const uint8_t *in, uint8_t *out, const int8_t *weights,
                         const int32_t *bias, const float *scale, __mmask64 present, const int pixels,
                         const int stride) {
  __m512i sums[4][4];
#pragma clang loop unroll(full)
  for (int pixel = 0; pixel < pixels; pixel++)
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) sums[pixel][v] = _mm512_loadu_si512(bias + 16 * v);
#pragma clang loop unroll(full)
  for (int column = 0; column < (pixels - 1) * stride + 3; column++) {
    const vnni_column bytes =
        vnni_load_column(in + column * work->in.pixel_pitch, work->in.row_pitch, present);
#pragma clang loop unroll(full)
    for (int tap = 0; tap < 3; tap++) {
      const int pixel = (column - tap) / stride;
      if (column < tap || (column - tap) % stride != 0 || pixel >= pixels) continue;
#pragma clang loop unroll(full)
      for (int v = 0; v < 4; v++)
        sums[pixel][v] = _mm512_dpbusd_epi32(sums[pixel][v], bytes.part[v],
                                             _mm512_loadu_si512(weights + 256 * tap + 64 * v));
    }
  }
#pragma clang loop unroll(full)
  for (int pixel = 0; pixel < pixels; pixel++)
    _mm512_mask_storeu_epi8(out + pixel * work->out.pixel_pitch, present,
                            vnni_round_columns(&work->rounding, sums[pixel], scale));
}

/// One row of outputs, see `assay_byte_depthwise.columns`.
static void vnni_depthwise_columns(const assay_byte_depthwise *work, const uint8_t *in, uint8_t *out, size_t pixels) {
  const ptrdiff_t step = (ptrdiff_t)work->stride_width * work->in.pixel_pitch, pitch = work->out.pixel_pitch;
  for (ptrdiff_t channel = 0; channel < work->channels; channel += 64) {
    const ptrdiff_t room = work->out.pixel_pitch - channel;
    if (room <= 0) return;
    const __mmask64 present = room >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << room) - 1;
    const int8_t *weights = work->columns + 12 * channel;
    const int32_t *bias = work->column_bias + channel;
    const float *scale = work->column_scale + channel;
    const uint8_t *from = in + channel;
    uint8_t *to = out + channel;
    size_t pixel = 0;
    for (; pixel + 4 <= pixels; pixel += 4, from += 4 * step, to += 4 * pitch) {
      if (work->stride_width == 1)
        vnni_columns(work, from, to, weights, bias, scale, present, 4, 1);
      else
        vnni_columns(work, from, to, weights, bias, scale, present, 4, 2);
    }
    for (; pixel < pixels; pixel++, from += step, to += pitch)
      vnni_columns(work, from, to, weights, bias, scale, present, 1, 1);
  }
}
