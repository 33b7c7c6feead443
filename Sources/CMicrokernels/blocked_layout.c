#include "convolution.h"
#include <string.h>

void assay_block_planar(
    const float *planar, float *blocked, const assay_blocked *layout, int32_t channels,
    int32_t block_begin, int32_t block_end) {
  const ptrdiff_t plane = (ptrdiff_t)layout->height * layout->width;
  for (int32_t block = block_begin; block < block_end; ++block) {
    const int32_t left = channels - block * assay_block;
    const int32_t used = left < assay_block ? left : assay_block;
    float *base = blocked + block * layout->plane;
    for (int32_t row = 0; row < layout->height; ++row) {
      float *to = base + layout->origin + row * layout->row;
      const float *from = planar + (ptrdiff_t)block * assay_block * plane + (ptrdiff_t)row * layout->width;
      for (int32_t column = 0; column < layout->width; ++column) {
        for (int32_t channel = 0; channel < used; ++channel)
          to[column * assay_block + channel] = from[channel * plane + column];
        for (int32_t channel = used; channel < assay_block; ++channel) to[column * assay_block + channel] = 0;
      }
    }
    assay_zero_halo(layout, base, 0, layout->height);
  }
}

void assay_planar_from_blocked(
    const float *blocked, float *planar, const assay_blocked *layout, int32_t channels,
    int32_t block_begin, int32_t block_end) {
  const ptrdiff_t plane = (ptrdiff_t)layout->height * layout->width;
  for (int32_t block = block_begin; block < block_end; ++block) {
    const int32_t left = channels - block * assay_block;
    const int32_t used = left < assay_block ? left : assay_block;
    for (int32_t row = 0; row < layout->height; ++row) {
      const float *from = blocked + block * layout->plane + layout->origin + row * layout->row;
      float *to = planar + (ptrdiff_t)block * assay_block * plane + (ptrdiff_t)row * layout->width;
      for (int32_t channel = 0; channel < used; ++channel)
        for (int32_t column = 0; column < layout->width; ++column)
          to[channel * plane + column] = from[column * assay_block + channel];
    }
  }
}

void assay_copy_plane(
    const float *source, const assay_blocked *source_layout, float *destination,
    const assay_blocked *destination_layout) {
  for (int32_t row = 0; row < source_layout->height; ++row)
    memcpy(
        destination + destination_layout->origin + row * destination_layout->row,
        source + source_layout->origin + row * source_layout->row,
        (size_t)source_layout->width * assay_block * sizeof(float));
  assay_zero_halo(destination_layout, destination, 0, destination_layout->height);
}
