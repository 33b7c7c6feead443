// Convolutions of bytes in one form: see quantized_convolution.c for what it defines first.
//
// FORM(name), LANES 32-bit lanes, ROWS pixels x PANELS panels of 16 channels in a tile, and DOT(sum, a, b): the sum plus, in
// each lane, the product of four unsigned bytes of `a` with four signed ones of `b`.

typedef int32_t FORM(ints) __attribute__((ext_vector_type(LANES)));
typedef float FORM(floats) __attribute__((ext_vector_type(LANES)));
typedef uint8_t FORM(bytes) __attribute__((ext_vector_type(LANES)));
typedef int16_t FORM(shorts) __attribute__((ext_vector_type(LANES)));
#define VECTORS (16 / LANES)

INLINE FORM(ints) FORM(load_ints)(const void *source) {
  FORM(ints) value;
  __builtin_memcpy(&value, source, sizeof value);
  return value;
}

INLINE FORM(floats) FORM(load_floats)(const float *source) {
  FORM(floats) value;
  __builtin_memcpy(&value, source, sizeof value);
  return value;
}

INLINE FORM(bytes) FORM(load_bytes)(const uint8_t *source) {
  FORM(bytes) value;
  __builtin_memcpy(&value, source, sizeof value);
  return value;
}

/// Sums of `rows` pixels for `panels` panels, in registers.
INLINE void FORM(byte_tile)(const assay_byte_block *block, const uint8_t *first, int32_t *sums, const int rows,
                            const int panels) {
  FORM(ints) totals[ROWS][PANELS * VECTORS];
  const ptrdiff_t step = block->a_step;
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++)
#pragma clang loop unroll(full)
    for (int vector = 0; vector < panels * VECTORS; vector++) totals[row][vector] = 0;
  const int8_t *b = block->b;
  for (int32_t segment = 0; segment < block->segments; segment++) {
    const uint8_t *base[(ROWS + 2) / 3];
#pragma clang loop unroll(full)
    for (int third = 0; third < (rows + 2) / 3; third++)
      base[third] = first + block->segment_offsets[segment] + 3 * third * step;
    for (int32_t group = 0; group < block->groups; group++) {
      FORM(ints) weights[PANELS * VECTORS];
#pragma clang loop unroll(full)
      for (int panel = 0; panel < panels; panel++)
#pragma clang loop unroll(full)
        for (int vector = 0; vector < VECTORS; vector++)
          weights[panel * VECTORS + vector] = FORM(load_ints)(b + panel * block->panel_bytes + vector * LANES * 4);
#pragma clang loop unroll(full)
      for (int row = 0; row < rows; row++) {
        int32_t four;
        __builtin_memcpy(&four, base[row / 3] + (row % 3) * step + 4 * group, sizeof four);
        const FORM(ints) value = (FORM(ints))(four);
#pragma clang loop unroll(full)
        for (int vector = 0; vector < panels * VECTORS; vector++)
          totals[row][vector] = DOT(totals[row][vector], value, weights[vector]);
      }
      b += 64;
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++)
#pragma clang loop unroll(full)
    for (int vector = 0; vector < panels * VECTORS; vector++)
      __builtin_memcpy(sums + 32 * row + vector * LANES, &totals[row][vector], sizeof totals[row][vector]);
}

#define TILE(rows)                                                                                                 \
  static __attribute__((noinline)) void FORM(byte_tile_##rows)(const assay_byte_block *block, const uint8_t *first, \
                                                               int32_t *sums, int panels) {                        \
    if (PANELS == 2 && panels == 2)                                                                                \
      FORM(byte_tile)(block, first, sums, rows, PANELS);                                                           \
    else                                                                                                           \
      FORM(byte_tile)(block, first, sums, rows, 1);                                                                \
  }
TILE(1) TILE(2)
#if ROWS >= 4
TILE(3) TILE(4)
#endif
#if ROWS >= 14
TILE(5) TILE(6) TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12) TILE(13) TILE(14)
#endif
#undef TILE

static void FORM(byte_block)(assay_byte_block *block, int rows, int panels) {
  static void (*const tiles[ROWS])(const assay_byte_block *, const uint8_t *, int32_t *, int) = {
#define ENTRY(rows) FORM(byte_tile_##rows)
      ENTRY(1), ENTRY(2),
#if ROWS >= 4
      ENTRY(3), ENTRY(4),
#endif
#if ROWS >= 14
      ENTRY(5), ENTRY(6), ENTRY(7), ENTRY(8), ENTRY(9), ENTRY(10), ENTRY(11), ENTRY(12), ENTRY(13), ENTRY(14),
#endif
#undef ENTRY
  };
  tiles[rows - 1](block, block->a, block->sums, panels);
}

/// Halves to even: the sum has no bits below 1. Right for magnitudes up to 2^22, which the limits keep.
INLINE FORM(floats) FORM(rounded)(FORM(floats) value) {
  const FORM(floats) shift = (FORM(floats))(12582912.0f);
  return (value + shift) - shift;
}

INLINE FORM(floats) FORM(limited)(FORM(floats) value, float low, float high) {
  return __builtin_elementwise_min(__builtin_elementwise_max(value, (FORM(floats))(low)), (FORM(floats))(high));
}

INLINE FORM(floats) FORM(to_floats)(FORM(ints) value) { return __builtin_convertvector(value, FORM(floats)); }

INLINE void FORM(store_bytes)(uint8_t *target, FORM(floats) whole, ptrdiff_t room) {
  const FORM(bytes) narrow = __builtin_convertvector(__builtin_convertvector(whole, FORM(ints)), FORM(bytes));
  if (room >= LANES)
    __builtin_memcpy(target, &narrow, sizeof narrow);
  else if (room > 0)
    __builtin_memcpy(target, &narrow, (size_t)room);
}

/// One vector of sums as bytes.
INLINE void FORM(round_vector)(const assay_byte_rounding *rounding, FORM(ints) sums, FORM(ints) bias,
                               FORM(floats) scale, uint8_t *out, const uint8_t *other, ptrdiff_t room,
                               const int adds) {
  const float zero = (float)rounding->zero;
  const FORM(floats) real = FORM(to_floats)(sums + bias) * scale;
  FORM(floats) whole =
      FORM(rounded)(FORM(limited)(real, (float)rounding->low - zero, (float)rounding->high - zero)) + zero;
  if (adds) {
    FORM(bytes) read = 0;
    if (room >= LANES)
      read = FORM(load_bytes)(other);
    else if (room > 0)
      __builtin_memcpy(&read, other, (size_t)room);
    const FORM(floats) image = FORM(to_floats)(__builtin_convertvector(read, FORM(ints)));
    const FORM(floats) first = rounding->result_is_first ? whole : image;
    const FORM(floats) second = rounding->result_is_first ? image : whole;
    const FORM(floats) part = second * rounding->second_scale + rounding->offset;
    const FORM(floats) sum = first * rounding->first_scale + part;
    whole = FORM(rounded)(FORM(limited)(sum, (float)rounding->sum_low, (float)rounding->sum_high));
  }
  FORM(store_bytes)(out, whole, room);
}

static void FORM(byte_round)(const assay_byte_rounding *rounding, const int32_t *sums, uint8_t *out,
                             const uint8_t *other, size_t pixels, size_t channel, size_t panels) {
  const size_t pitch = (size_t)rounding->room;
  for (size_t start = 0; start < 16 * panels; start += LANES) {
    const size_t at = channel + start;
    const ptrdiff_t room = (ptrdiff_t)pitch - (ptrdiff_t)at;
    if (room <= 0) return;
    const FORM(ints) bias = FORM(load_ints)(rounding->bias + at);
    const FORM(floats) scale = FORM(load_floats)(rounding->scale + at);
    if (rounding->adds)
      for (size_t pixel = 0; pixel < pixels; pixel++)
        FORM(round_vector)(rounding, FORM(load_ints)(sums + 32 * pixel + start), bias, scale, out + pixel * pitch + at,
                           other + pixel * pitch + at, room, 1);
    else
      for (size_t pixel = 0; pixel < pixels; pixel++)
        FORM(round_vector)(rounding, FORM(load_ints)(sums + 32 * pixel + start), bias, scale, out + pixel * pitch + at,
                           other, room, 0);
  }
}

/// The product of an unsigned and a signed byte has 16 bits.
INLINE FORM(ints) FORM(depthwise_product)(const uint8_t *a, const int16_t *weight) {
  FORM(shorts) factor;
  __builtin_memcpy(&factor, weight, sizeof factor);
  const FORM(shorts) product = __builtin_convertvector(FORM(load_bytes)(a), FORM(shorts)) * factor;
  return __builtin_convertvector(product, FORM(ints));
}

static void FORM(byte_depthwise)(const assay_byte_depthwise *work, const uint8_t *in, uint8_t *out, size_t pixels) {
  const ptrdiff_t step = (ptrdiff_t)work->stride_width * work->in.pixel_pitch;
  const ptrdiff_t row = (ptrdiff_t)work->dilation_height * work->in.row_pitch;
  const ptrdiff_t tap = (ptrdiff_t)work->dilation_width * work->in.pixel_pitch;
  for (ptrdiff_t channel = 0; channel < work->channels; channel += LANES) {
    const FORM(ints) bias = FORM(load_ints)(work->rounding.bias + channel);
    const FORM(floats) scale = FORM(load_floats)(work->rounding.scale + channel);
    const ptrdiff_t room = work->rounding.room - channel;
    if (room <= 0) return;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
      const uint8_t *window = in + (ptrdiff_t)pixel * step + channel;
      const int16_t *weight = work->weights + channel;
      FORM(ints) sum = 0;
      for (int32_t y = 0; y < work->kernel_height; y++)
        for (int32_t x = 0; x < work->kernel_width; x++) {
          sum += FORM(depthwise_product)(window + y * row + x * tap, weight);
          weight += work->channels;
        }
      FORM(round_vector)(&work->rounding, sum, bias, scale, out + (ptrdiff_t)pixel * work->rounding.room + channel,
                         out, room, 0);
    }
  }
}

#define FORM_ENTRIES ROWS, PANELS, 1, FORM(byte_block), no_end, FORM(byte_round), FORM(byte_depthwise)
static const assay_byte_form FORM(byte_form) = {FORM_ENTRIES};

#undef FORM_ENTRIES
#undef VECTORS
#undef FORM
#undef LANES
#undef ROWS
#undef PANELS
#undef DOT
