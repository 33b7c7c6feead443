#include "quantized_image.h"

#include "linear_quantization.h"

#define BODY "quantized_pixels_body.h"
#include "forms.h"

/// Channels that are summed at once.
#define STRIP 256

static const uint8_t *pixel_at(const assay_byte_image *image, const uint8_t *base, int64_t n, int64_t y, int64_t x) {
  return base + n * image->image_pitch + (y + image->halo) * image->row_pitch + (x + image->halo) * image->pixel_pitch;
}

static uint8_t *place_at(const assay_byte_image *image, uint8_t *base, int64_t n, int64_t y, int64_t x) {
  return base + n * image->image_pitch + (y + image->halo) * image->row_pitch + (x + image->halo) * image->pixel_pitch;
}

/// The taps `first ..< last` that fall into `extent`, and how many fall into it or its padding.
typedef struct {
  int32_t first, last, padded;
} window_taps;

static window_taps taps_of(int64_t position, int32_t taps, int32_t stride, int32_t dilation, int32_t before,
                           int32_t after, int32_t extent) {
  window_taps result = {taps, 0, 0};
  for (int32_t tap = 0; tap < taps; tap++) {
    const int64_t at = position * stride - before + (int64_t)tap * dilation;
    if (at < extent + after) result.padded++;
    if (at < 0 || at >= extent) continue;
    if (tap < result.first) result.first = tap;
    result.last = tap + 1;
  }
  return result;
}

void assay_byte_pool_rows(assay_isa isa, const assay_byte_pooling *work, const uint8_t *in, uint8_t *out, int64_t first,
                          int64_t last) {
  const size_t pitch = (size_t)work->out.pixel_pitch;
  for (int64_t row = first; row < last; row++) {
    const int64_t image = row / work->out.height, y = row % work->out.height;
    const window_taps down = taps_of(y, work->kernel_height, work->stride_height, work->dilation_height,
                                     work->pad_top, work->pad_bottom, work->in.height);
    for (int64_t x = 0; x < work->out.width; x++) {
      const window_taps across = taps_of(x, work->kernel_width, work->stride_width, work->dilation_width,
                                         work->pad_left, work->pad_right, work->in.width);
      uint8_t *target = place_at(&work->out, out, image, y, x);
      const int32_t inside = (down.last > down.first ? down.last - down.first : 0) *
                             (across.last > across.first ? across.last - across.first : 0);
      const int32_t count = work->counts_padding ? down.padded * across.padded : inside;
      for (size_t strip = 0; strip < pitch; strip += STRIP) {
        const size_t channels = pitch - strip < STRIP ? pitch - strip : STRIP;
        int32_t sums[STRIP];
        const ptrdiff_t row_step = (ptrdiff_t)work->dilation_height * work->in.row_pitch;
        const ptrdiff_t step = (ptrdiff_t)work->dilation_width * work->in.pixel_pitch;
        const uint8_t *from = pixel_at(&work->in, in, image,
                                       y * work->stride_height - work->pad_top + down.first * work->dilation_height,
                                       x * work->stride_width - work->pad_left + across.first * work->dilation_width) +
                              strip;
        if (!work->averages) {
          FORM_FOR(isa, byte_maximum)(target + strip, from, row_step, step, down.last - down.first,
                                      across.last - across.first, channels);
          continue;
        }
        memset(sums, 0, channels * sizeof *sums);
        for (int32_t v = 0; v < down.last - down.first; v++)
          for (int32_t u = 0; u < across.last - across.first; u++)
            FORM_FOR(isa, byte_total)(sums, from + v * row_step + u * step, channels);
        FORM_FOR(isa, byte_mean)(sums, inside * work->in_zero, work->scale / (float)(count > 0 ? count : 1),
                                 work->out_zero, target + strip, channels);
      }
    }
  }
}

/// The channels of a single pixel.
static void quantize_vector(assay_isa isa, const float *in, uint8_t *out, int32_t channels, float scale, int32_t zero,
                            int32_t low, int32_t high) {
  enum { part = 256 };
  int32_t values[part];
  for (int32_t start = 0; start < channels; start += part) {
    const int32_t count = channels - start < part ? channels - start : part;
    FORM_FOR(isa, byte_quantize)(in + start, values, (size_t)count, scale, zero, low, high, 0, 0);
    for (int32_t i = 0; i < count; i++) out[start + i] = (uint8_t)values[i];
  }
}

void assay_byte_quantize_rows(assay_isa isa, const assay_byte_image *image, const float *in, uint8_t *out, float scale,
                              int32_t zero, int32_t low, int32_t high, int64_t first, int64_t last) {
  enum { part = 256 };
  int32_t values[part];
  const int64_t plane = (int64_t)image->height * image->width;
  for (int64_t row = first; row < last; row++) {
    const int64_t n = row / image->height, y = row % image->height;
    if (plane == 1) {
      quantize_vector(isa, in + n * image->channels, place_at(image, out, n, 0, 0), image->channels, scale, zero, low,
                      high);
      continue;
    }
    for (int64_t x = 0; x < image->width; x += part) {
      const int64_t width = image->width - x < part ? image->width - x : part;
      uint8_t *target = place_at(image, out, n, y, x);
      const float *from = in + n * image->channels * plane + y * image->width + x;
      if (image->pixel_pitch == 4) {
        // A pixel is one 32-bit number, which spares storing single bytes.
        for (int32_t channel = 0; channel < image->channels; channel++)
          FORM_FOR(isa, byte_quantize)(from + channel * plane, values, (size_t)width, scale, zero, low, high,
                                       8 * channel, channel > 0);
        memcpy(target, values, (size_t)width * 4);
        continue;
      }
      for (int32_t channel = 0; channel < image->channels; channel++) {
        FORM_FOR(isa, byte_quantize)(from + channel * plane, values, (size_t)width, scale, zero, low, high, 0, 0);
        for (int64_t i = 0; i < width; i++) target[i * image->pixel_pitch + channel] = (uint8_t)values[i];
      }
      for (int32_t channel = image->channels; channel < image->pixel_pitch; channel++)
        for (int64_t i = 0; i < width; i++) target[i * image->pixel_pitch + channel] = (uint8_t)zero;
    }
  }
}

void assay_byte_dequantize_rows(assay_isa isa, const assay_byte_image *image, const uint8_t *in, float *out, float scale,
                                int32_t zero, int64_t first, int64_t last) {
  const int64_t plane = (int64_t)image->height * image->width;
  const uint8_t byte = (uint8_t)zero;
  const assay_quantization quantization = {.scale = &scale, .zero = &byte};
  for (int64_t row = first; row < last; row++) {
    const int64_t n = row / image->height, y = row % image->height;
    const uint8_t *from = pixel_at(image, in, n, y, 0);
    float *to = out + n * image->channels * plane + y * image->width;
    if (plane == 1) {
      assay_dequantize_values(isa, assay_quantized_as_uint8, &quantization, from, to, (size_t)image->channels);
      continue;
    }
    for (int32_t channel = 0; channel < image->channels; channel++)
      for (int64_t x = 0; x < image->width; x++)
        to[channel * plane + x] = (float)(from[x * image->pixel_pitch + channel] - zero) * scale;
  }
}

void assay_byte_from_planes(const assay_byte_image *image, const uint8_t *in, uint8_t *out, uint8_t flip, int64_t first,
                            int64_t last) {
  const int64_t plane = (int64_t)image->height * image->width;
  for (int64_t row = first; row < last; row++) {
    const int64_t n = row / image->height, y = row % image->height;
    const uint8_t *from = in + n * image->channels * plane + y * image->width;
    uint8_t *to = place_at(image, out, n, y, 0);
    for (int32_t channel = 0; channel < image->channels; channel++)
      for (int64_t x = 0; x < image->width; x++)
        to[x * image->pixel_pitch + channel] = from[channel * plane + x] ^ flip;
    for (int32_t channel = image->channels; channel < image->pixel_pitch; channel++)
      for (int64_t x = 0; x < image->width; x++) to[x * image->pixel_pitch + channel] = 0;
  }
}

void assay_byte_to_planes(const assay_byte_image *image, const uint8_t *in, uint8_t *out, uint8_t flip, int64_t first,
                          int64_t last) {
  const int64_t plane = (int64_t)image->height * image->width;
  for (int64_t row = first; row < last; row++) {
    const int64_t n = row / image->height, y = row % image->height;
    const uint8_t *from = pixel_at(image, in, n, y, 0);
    uint8_t *to = out + n * image->channels * plane + y * image->width;
    for (int32_t channel = 0; channel < image->channels; channel++)
      for (int64_t x = 0; x < image->width; x++)
        to[channel * plane + x] = from[x * image->pixel_pitch + channel] ^ flip;
  }
}

void assay_byte_place_rows(const assay_byte_image *in, const assay_byte_image *out, int32_t channel,
                           const uint8_t *table, const uint8_t *from, uint8_t *to, int64_t first, int64_t last) {
  for (int64_t row = first; row < last; row++) {
    const int64_t n = row / in->height, y = row % in->height;
    for (int64_t x = 0; x < in->width; x++) {
      const uint8_t *source = pixel_at(in, from, n, y, x);
      uint8_t *target = place_at(out, to, n, y, x) + channel;
      if (table)
        for (int32_t i = 0; i < in->channels; i++) target[i] = table[source[i]];
      else
        memcpy(target, source, (size_t)in->channels);
    }
  }
}

void assay_byte_pair_rows(assay_isa isa, const assay_byte_pair *pair, const uint8_t *first_image,
                          const uint8_t *second_image, uint8_t *out, int64_t first, int64_t last) {
  const size_t count = (size_t)pair->out.width * (size_t)pair->out.pixel_pitch;
  for (int64_t row = first; row < last; row++) {
    const int64_t n = row / pair->out.height, y = row % pair->out.height;
    const uint8_t *a = pixel_at(&pair->first, first_image, n, y, 0), *b = pixel_at(&pair->second, second_image, n, y, 0);
    uint8_t *target = place_at(&pair->out, out, n, y, 0);
    if (pair->multiplies)
      FORM_FOR(isa, byte_product)(pair, a, b, target, count);
    else
      FORM_FOR(isa, byte_sum)(pair, a, b, target, count);
  }
}
