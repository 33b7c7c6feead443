#include "convolution.h"
#include <string.h>

// sigmoid(0) is not 0, nor is what a clamp makes of it: the padded channels are set back.
static void zero_padded_channels(float *pixels, ptrdiff_t count, int32_t used) {
  for (ptrdiff_t pixel = 0; pixel < count; ++pixel)
    memset(pixels + pixel * assay_block + used, 0, (size_t)(assay_block - used) * sizeof(float));
}

void assay_combine_planes(
    const assay_elementwise *step, const float *x, const float *y, const float *scale, ptrdiff_t image_scales,
    const float *shift, float *out, int32_t plane_begin, int32_t plane_end) {
  for (int32_t plane = plane_begin; plane < plane_end; ++plane) {
    const int32_t image = plane / step->blocks, block = plane % step->blocks;
    const int32_t left = step->channels - block * assay_block;
    const float *x_plane = x + image * step->x.image + block * step->x.plane + step->x.origin;
    const float *y_plane = y ? y + image * step->y.image + block * step->y.plane + step->y.origin : NULL;
    float *out_plane = out + image * step->out.image + block * step->out.plane;
    for (int32_t row = 0; row < step->out.height; ++row) {
      float *to = out_plane + step->out.origin + row * step->out.row;
      step->kernels->combine(
          x_plane + row * step->x.row, y_plane ? y_plane + row * step->y.row : NULL,
          scale + image * image_scales + block * assay_block, shift + block * assay_block, to, step->out.width,
          step->multiplies, step->low, step->high);
      if (step->activation)
        step->kernels->activate(
            to, (ptrdiff_t)step->out.width * assay_block, step->activation, step->alpha, step->beta);
      if (left < assay_block) zero_padded_channels(to, step->out.width, left);
    }
    assay_zero_halo(&step->out, out_plane, 0, step->out.height);
  }
}

void assay_average_planes(
    const assay_convolution_kernels *kernels, const assay_blocked *layout, int32_t blocks, const float *in,
    float *means, int32_t plane_begin, int32_t plane_end) {
  const float scale = 1.0f / ((float)layout->height * (float)layout->width);
  for (int32_t plane = plane_begin; plane < plane_end; ++plane) {
    float sums[assay_block] = {0};
    const float *start = in + plane / blocks * layout->image + plane % blocks * layout->plane + layout->origin;
    for (int32_t row = 0; row < layout->height; ++row) {
      // By rows, so that no sum runs over more than a row's pixels before it is added to the rest.
      float row_sums[assay_block] = {0};
      kernels->add_pixels(start + row * layout->row, layout->width, row_sums);
      for (int channel = 0; channel < assay_block; ++channel) sums[channel] += row_sums[channel];
    }
    for (int channel = 0; channel < assay_block; ++channel)
      means[(ptrdiff_t)plane * assay_block + channel] = sums[channel] * scale;
  }
}
