// What is done to single pixels of quantised images, in one form: see quantized_pixels.c.

typedef uint8_t FORM(bytes) __attribute__((ext_vector_type(LANES)));

INLINE vector FORM(byte_values)(const uint8_t *source) {
  FORM(bytes) value;
  __builtin_memcpy(&value, source, sizeof value);
  return __builtin_convertvector(__builtin_convertvector(value, integers), vector);
}

/// Rounded with halves to even and limited to whole numbers of magnitude below 2^22.
INLINE integers FORM(limited_round)(vector value, float low, float high) {
  value = __builtin_elementwise_min(__builtin_elementwise_max(value, (vector)(low)), (vector)(high));
  const vector shift = (vector)(12582912.0f);
  return __builtin_convertvector((value + shift) - shift, integers);
}

INLINE void FORM(store_narrow)(uint8_t *target, integers value, size_t count) {
  const FORM(bytes) narrow = __builtin_convertvector(value, FORM(bytes));
  if (count >= LANES)
    __builtin_memcpy(target, &narrow, sizeof narrow);
  else
    __builtin_memcpy(target, &narrow, count);
}

typedef uint8_t FORM(wide_bytes) __attribute__((ext_vector_type(4 * LANES)));

/// The largest of each of `count` bytes over a window of pixels that lie `down` and `across` bytes apart.
static void FORM(byte_maximum)(uint8_t *target, const uint8_t *from, ptrdiff_t down, ptrdiff_t across, int32_t rows,
                               int32_t columns, size_t count) {
  for (size_t start = 0; start < count; start += 4 * LANES) {
    const size_t part = count - start < 4 * LANES ? count - start : 4 * LANES;
    FORM(wide_bytes) best = 0, value = 0;
    for (int32_t v = 0; v < rows; v++)
      for (int32_t u = 0; u < columns; u++) {
        const uint8_t *at = from + v * down + u * across + start;
        if (part == 4 * LANES)
          __builtin_memcpy(&value, at, 4 * LANES);
        else
          __builtin_memcpy(&value, at, part);
        best = __builtin_elementwise_max(best, value);
      }
    if (part == 4 * LANES)
      __builtin_memcpy(target + start, &best, 4 * LANES);
    else
      __builtin_memcpy(target + start, &best, part);
  }
}

static void FORM(byte_total)(int32_t *sums, const uint8_t *other, size_t count) {
  for (size_t i = 0; i < count; i++) sums[i] += other[i];
}

static void FORM(byte_mean)(const int32_t *sums, int32_t less, float scale, int32_t zero, uint8_t *out,
                            size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    integers sum;
    if (count - i >= LANES) {
      __builtin_memcpy(&sum, sums + i, sizeof sum);
    } else {
      sum = 0;
      __builtin_memcpy(&sum, sums + i, (count - i) * sizeof *sums);
    }
    const vector real = __builtin_convertvector(sum - less, vector) * scale;
    FORM(store_narrow)(out + i, FORM(limited_round)(real, (float)-zero, (float)(255 - zero)) + zero, count - i);
  }
}

/// `width` numbers of one channel to bytes in 32-bit integers, `shift` bits up, beside what is there if `joins`.
static void FORM(byte_quantize)(const float *in, int32_t *out, size_t width, float scale, int32_t zero, int32_t low,
                                int32_t high, int32_t shift, int joins) {
  const float least = (float)(low - zero), most = (float)(high - zero);
  for (size_t x = 0; x < width; x += LANES) {
    const size_t count = width - x < LANES ? width - x : LANES;
    const vector value = count == LANES ? FORM(load)(in + x) : FORM(load_part)(in + x, count);
    integers whole = (FORM(limited_round)(value / scale, least, most) + zero) << shift;
    integers before = 0;
    if (joins) __builtin_memcpy(&before, out + x, count * sizeof *out);
    whole |= before;
    __builtin_memcpy(out + x, &whole, count * sizeof *out);
  }
}

static void FORM(byte_sum)(const assay_byte_pair *pair, const uint8_t *first, const uint8_t *second, uint8_t *out,
                           size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    const vector part = FORM(byte_values)(second + i) * pair->second_scale + pair->offset;
    const vector sum = FORM(byte_values)(first + i) * pair->first_scale + part;
    FORM(store_narrow)(out + i, FORM(limited_round)(sum, (float)pair->low, (float)pair->high), count - i);
  }
}

static void FORM(byte_product)(const assay_byte_pair *pair, const uint8_t *first, const uint8_t *second, uint8_t *out,
                               size_t count) {
  const float zero = (float)pair->zero;
  for (size_t i = 0; i < count; i += LANES) {
    const vector a = FORM(byte_values)(first + i) - (float)pair->first_zero;
    const vector b = FORM(byte_values)(second + i) - (float)pair->second_zero;
    const vector real = a * b * pair->first_scale;
    const integers whole = FORM(limited_round)(real, (float)pair->low - zero, (float)pair->high - zero);
    FORM(store_narrow)(out + i, whole + pair->zero, count - i);
  }
}
