#include "quantized_tiles.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline, unused))

static void no_end(void) {}

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,evex512"))), apply_to = function)
#define FORM(name) name##_vnni
#define LANES 16
#define ROWS 14
#define PANELS 2
#define DOT(sum, a, b) ((FORM(ints))_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(a), (__m512i)(b)))
#include "quantized_convolution_body.h"
#include "quantized_depthwise_vnni.h"
#include "quantized_round_vnni.h"
static const assay_byte_form byte_form_vnni_packed = {14, 2, 1, byte_block_vnni, no_end, vnni_round, byte_depthwise_vnni};
#pragma clang attribute pop

// Without a product of four bytes: the even and the odd bytes as 16-bit numbers, whose products are summed exactly. The
// instruction that multiplies bytes directly saturates its sums of two.
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,evex512"))), apply_to = function)
INLINE __m512i dot_avx512(__m512i sum, __m512i a, __m512i b) {
  const __m512i low = _mm512_set1_epi16(255);
  sum = _mm512_add_epi32(
      sum, _mm512_madd_epi16(_mm512_and_si512(a, low), _mm512_srai_epi16(_mm512_slli_epi16(b, 8), 8)));
  return _mm512_add_epi32(sum, _mm512_madd_epi16(_mm512_srli_epi16(a, 8), _mm512_srai_epi16(b, 8)));
}
#define FORM(name) name##_avx512
#define LANES 16
#define ROWS 14
#define PANELS 1
#define DOT(sum, a, b) ((FORM(ints))dot_avx512((__m512i)(sum), (__m512i)(a), (__m512i)(b)))
#include "quantized_convolution_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
INLINE __m256i dot_avx2(__m256i sum, __m256i a, __m256i b) {
  const __m256i low = _mm256_set1_epi16(255);
  sum = _mm256_add_epi32(
      sum, _mm256_madd_epi16(_mm256_and_si256(a, low), _mm256_srai_epi16(_mm256_slli_epi16(b, 8), 8)));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_srli_epi16(a, 8), _mm256_srai_epi16(b, 8)));
}
#define FORM(name) name##_avx2
#define LANES 8
#define ROWS 4
#define PANELS 1
#define DOT(sum, a, b) ((FORM(ints))dot_avx2((__m256i)(sum), (__m256i)(a), (__m256i)(b)))
#include "quantized_convolution_body.h"
#pragma clang attribute pop
#endif

#if defined(__SSE2__)
INLINE __m128i dot_sse2(__m128i sum, __m128i a, __m128i b) {
  const __m128i low = _mm_set1_epi16(255);
  sum = _mm_add_epi32(sum, _mm_madd_epi16(_mm_and_si128(a, low), _mm_srai_epi16(_mm_slli_epi16(b, 8), 8)));
  return _mm_add_epi32(sum, _mm_madd_epi16(_mm_srli_epi16(a, 8), _mm_srai_epi16(b, 8)));
}
#define DOT(sum, a, b) ((FORM(ints))dot_sse2((__m128i)(sum), (__m128i)(a), (__m128i)(b)))
#endif
#define FORM(name) name##_base
#define LANES 4
#define ROWS 2
#define PANELS 1
#ifndef DOT
#define DOT(sum, a, b)                                                                                   \
  ((sum) + ((a) & 255) * ((b) << 24 >> 24) + ((a) >> 8 & 255) * ((b) << 16 >> 24) +                      \
   ((a) >> 16 & 255) * ((b) << 8 >> 24) + ((a) >> 24 & 255) * ((b) >> 24))
#endif
#include "quantized_convolution_body.h"

#if defined(__x86_64__)
static const assay_byte_form byte_form_amx = {
    32, 2, 16, assay_byte_tiles_block, assay_byte_tiles_end, vnni_round, byte_depthwise_vnni};
#endif

const assay_byte_form *assay_byte_form_for(assay_isa isa, int with_tiles) {
#if defined(__x86_64__)
  if (with_tiles) return &byte_form_amx;
  switch (isa) {
    case assay_isa_avx512_vnni: return &byte_form_vnni_packed;
    case assay_isa_avx512: return &byte_form_avx512;
    case assay_isa_avx2: return &byte_form_avx2;
    default: return &byte_form_base;
  }
#else
  (void)isa;
  (void)with_tiles;
  return &byte_form_base;
#endif
}

int assay_byte_takes_columns(const assay_byte_form *form, int32_t stride) {
#if defined(__x86_64__)
  return (form == &byte_form_vnni_packed || form == &byte_form_amx) && (stride == 1 || stride == 2);
#else
  (void)form;
  (void)stride;
  return 0;
#endif
}

int64_t assay_byte_gathered_pitch(const assay_byte_convolution *convolution) {
  // An odd number of cache lines: windows that follow each other then lie in different sets.
  const int64_t lines = (4 * (int64_t)convolution->groups + 63) / 64;
  return 64 * (lines | 1);
}

/// Copies `count` bytes, or 32 or 64 at once where that is more: what lies behind is written again or never used.
INLINE void copy_run(uint8_t *to, const uint8_t *from, int64_t count) {
  if (count <= 32)
    memcpy(to, from, 32);
  else if (count <= 64)
    memcpy(to, from, 64);
  else
    memcpy(to, from, (size_t)count);
}

/// Brings windows `first ..< last`, counted over all images, together.
static void gather(const assay_byte_convolution *work, const uint8_t *in, uint8_t *target, int64_t first, int64_t last) {
  const int64_t pitch = assay_byte_gathered_pitch(work), width = work->out.width, height = work->out.height;
  const int64_t step = (int64_t)work->stride_width * work->in.pixel_pitch;
  int64_t row = first / width, x = first % width;
  while (first < last) {
    const uint8_t *window = in + work->origin + row / height * work->in.image_pitch +
                            row % height * work->stride_height * work->in.row_pitch + x * step;
    const int64_t end = first + width - x < last ? first + width - x : last;
    for (; first < end; first++, window += step, target += pitch)
      for (int32_t segment = 0; segment < work->segments; segment++)
        copy_run(target + segment * work->segment_bytes, window + work->segment_offsets[segment],
                 work->segment_bytes);
    row++;
    x = 0;
  }
}

/// Writes the sums of `count` pixels of a row as they are. `pixel`: the first, counted over all images.
static void store_sums(const assay_byte_convolution *work, const assay_byte_sums *target, const int32_t *sums,
                       int64_t pixel, int64_t count, int32_t panel, int panels) {
  const int64_t plane = (int64_t)work->out.width * work->out.height, first = 16 * (int64_t)panel;
  const int64_t channels = work->out.channels - first < 16 * panels ? work->out.channels - first : 16 * panels;
  for (int64_t channel = 0; channel < channels; channel++) {
    int32_t *to = target->out + (pixel / plane * work->out.channels + first + channel) * plane + pixel % plane;
    const uint32_t offset = (uint32_t)target->offset[first + channel];
    const uint32_t factor = (uint32_t)target->factor[first + channel];
    for (int64_t i = 0; i < count; i++) to[i] = (int32_t)((uint32_t)sums[32 * i + channel] + offset);
    if (target->window_sum)
      for (int64_t i = 0; i < count; i++)
        to[i] = (int32_t)((uint32_t)to[i] + factor * (uint32_t)target->window_sum[pixel + i]);
  }
}

/// Brings a block's sums into the output, row by row, leaving out pixels that only the view has.
static void finish(const assay_byte_convolution *work, const int32_t *sums, uint8_t *out, const uint8_t *other,
                   const assay_byte_sums *target, int64_t image, int64_t pixel, int64_t count, int32_t panel,
                   int panels) {
  const int64_t end = pixel + count, width = work->out.width, height = work->out.height;
  while (pixel < end) {
    const int64_t row = pixel / work->view_row, x = pixel % work->view_row;
    const int64_t next = (row + 1) * work->view_row < end ? (row + 1) * work->view_row : end;
    if (x < width) {
      const int64_t whole = image * height + row;
      const int64_t real = (next - pixel < width - x ? next - pixel : width - x);
      const int64_t at = whole / height * work->out.image_pitch +
                         (whole % height + work->out.halo) * work->out.row_pitch +
                         (x + work->out.halo) * work->out.pixel_pitch;
      if (target)
        store_sums(work, target, sums, whole * width + x, real, panel, panels);
      else
        work->form->round(&work->rounding, sums, out + at, other ? other + at : out, (size_t)real, 16 * (size_t)panel,
                          (size_t)panels);
    }
    sums += 32 * (next - pixel);
    pixel = next;
  }
}

/// To rounded bytes in `out`, or to `target` if there is one.
static void convolve(const assay_byte_convolution *work, const uint8_t *in, uint8_t *out, const uint8_t *other,
                     const assay_byte_sums *target, uint8_t *scratch, int64_t first, int64_t last,
                     int32_t first_panel, int32_t last_panel) {
  int32_t sums[32 * 32] __attribute__((aligned(64)));
  static const int64_t start = 0;
  const assay_byte_form *form = work->form;
  const int64_t chunks = (work->view_pixels + work->chunk - 1) / work->chunk;
  assay_byte_block block = {0};
  block.panel_bytes = (int64_t)work->groups * 64 * (work->gathers ? 1 : work->segments);
  block.segments = work->gathers ? 1 : work->segments;
  block.segment_offsets = work->gathers ? &start : work->segment_offsets;
  block.a_step = work->gathers ? assay_byte_gathered_pitch(work) : work->in.pixel_pitch;
  block.groups = work->groups;
  block.sums = sums;
  for (int64_t index = first; index < last; index++) {
    const int64_t image = index / chunks, begin = index % chunks * work->chunk;
    const int64_t end = begin + work->chunk < work->view_pixels ? begin + work->chunk : work->view_pixels;
    const uint8_t *a = scratch;
    if (work->gathers)
      gather(work, in, scratch, begin, end);
    else
      a = in + work->origin + image * work->view_image_pitch + begin * work->in.pixel_pitch;
    for (int32_t panel = first_panel; panel < last_panel; panel += form->panels) {
      const int panels = last_panel - panel < form->panels ? last_panel - panel : form->panels;
      block.b = work->weights + panel * block.panel_bytes;
      for (int64_t pixel = begin; pixel < end;) {
        const int64_t rows = end - pixel < form->rows ? end - pixel : form->rows;
        block.a = a + (pixel - begin) * block.a_step;
        form->block(&block, (int)rows, panels);
        finish(work, sums, out, other, target, image, pixel, rows, panel, panels);
        pixel += rows;
      }
    }
  }
  form->end();
}

void assay_byte_convolve(const assay_byte_convolution *work, const uint8_t *in, uint8_t *out, const uint8_t *other,
                         uint8_t *scratch, int64_t first, int64_t last, int32_t first_panel, int32_t last_panel) {
  convolve(work, in, out, other, NULL, scratch, first, last, first_panel, last_panel);
}

void assay_byte_convolve_sums(const assay_byte_convolution *work, const uint8_t *in, const assay_byte_sums *sums,
                              uint8_t *scratch, int64_t first, int64_t last, int32_t first_panel, int32_t last_panel) {
  convolve(work, in, NULL, NULL, sums, scratch, first, last, first_panel, last_panel);
}

void assay_byte_channel_sums(const assay_byte_image *image, const uint8_t *in, int32_t *sums, int64_t first,
                             int64_t last) {
  const int64_t width = image->width + 2 * (int64_t)image->halo;
  for (int64_t row = first; row < last; row++) {
    const uint8_t *from = in + row * image->row_pitch;
    for (int64_t x = 0; x < width; x++, from += image->pixel_pitch) {
      uint32_t sum = 0;
      for (int32_t channel = 0; channel < image->channels; channel++) sum += from[channel];
      sums[row * width + x] = (int32_t)sum;
    }
  }
}

void assay_byte_window_sums(const assay_byte_convolution *work, const int32_t *channel_sums, int32_t *sums,
                            int64_t first, int64_t last) {
  const int64_t pitch = work->in.width + 2 * (int64_t)work->in.halo, width = work->out.width;
  const int64_t stored = work->in.height + 2 * (int64_t)work->in.halo;
  const int64_t origin = work->origin / work->in.pixel_pitch;
  for (int64_t row = first; row < last; row++) {
    const int64_t image = row / work->out.height, y = row % work->out.height;
    const int32_t *from = channel_sums + origin + image * stored * pitch + y * work->stride_height * pitch;
    int32_t *to = sums + row * width;
    memset(to, 0, (size_t)width * sizeof *to);
    for (int32_t v = 0; v < work->kernel_height; v++)
      for (int32_t u = 0; u < work->kernel_width; u++) {
        const int32_t *tap = from + v * work->dilation_height * pitch + u * work->dilation_width;
        for (int64_t x = 0; x < width; x++)
          to[x] = (int32_t)((uint32_t)to[x] + (uint32_t)tap[x * work->stride_width]);
      }
  }
}

void assay_byte_depthwise_rows(const assay_byte_depthwise *work, const uint8_t *in, uint8_t *out, int64_t first,
                               int64_t last) {
  void (*row_function)(const assay_byte_depthwise *, const uint8_t *, uint8_t *, size_t) = work->form->depthwise;
#if defined(__x86_64__)
  if (work->columns) row_function = vnni_depthwise_columns;
#endif
  for (int64_t row = first; row < last; row++) {
    const int64_t image = row / work->out.height, y = row % work->out.height;
    row_function(
        work, in + work->origin + image * work->in.image_pitch + y * work->stride_height * work->in.row_pitch,
        out + image * work->out.image_pitch + (y + work->out.halo) * work->out.row_pitch +
            (int64_t)work->out.halo * work->out.pixel_pitch,
        (size_t)work->out.width);
  }
}

void assay_byte_border(const assay_byte_image *image, uint8_t *base, uint8_t value, int64_t first, int64_t last) {
  const int64_t halo = image->halo, side = halo * image->pixel_pitch;
  if (halo == 0) return;
  for (int64_t row = first; row < last; row++) {
    const int64_t y = row % image->height;
    uint8_t *start = base + row / image->height * image->image_pitch + (y + halo) * image->row_pitch;
    memset(start, value, (size_t)side);
    memset(start + side + (int64_t)image->width * image->pixel_pitch, value, (size_t)side);
    if (y == 0) memset(start - halo * image->row_pitch, value, (size_t)(halo * image->row_pitch));
    if (y == image->height - 1) memset(start + image->row_pitch, value, (size_t)(halo * image->row_pitch));
  }
}
