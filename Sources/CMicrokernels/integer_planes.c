#include "integer_planes.h"

#define BODY "integer_planes_body.h"
#include "forms.h"

void assay_widen_byte_plane(assay_isa isa, const uint8_t *from, int16_t *to, int32_t height, int32_t width,
                            int64_t pitch, uint8_t flip, int32_t zero) {
  for (int32_t row = 0; row < height; row++)
    FORM_FOR(isa, widen_bytes)(from + (int64_t)row * width, to + row * pitch, (size_t)width, flip, (int16_t)zero);
}

void assay_convolve_integer_plane(assay_isa isa, const assay_integer_window *window, const int16_t *planes,
                                  const int16_t *weights, int32_t *out) {
  for (int32_t row = 0; row < window->out_height; row++)
    FORM_FOR(isa, integer_plane_row)(window, planes + (int64_t)row * window->stride_height * window->row_pitch, weights,
                                     out + (int64_t)row * window->out_width);
}
