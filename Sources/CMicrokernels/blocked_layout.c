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

void assay_copy_channels(
    const float *source, const assay_blocked *source_layout, int32_t from, float *destination,
    const assay_blocked *destination_layout, int32_t to, int32_t count) {
  while (count > 0) {
    const int32_t from_lane = from % assay_block, to_lane = to % assay_block;
    int32_t run = assay_block - (from_lane > to_lane ? from_lane : to_lane);
    if (run > count) run = count;
    const float *in = source + from / assay_block * source_layout->plane + source_layout->origin + from_lane;
    float *out = destination + to / assay_block * destination_layout->plane + destination_layout->origin + to_lane;
    for (int32_t row = 0; row < source_layout->height; ++row) {
      const float *in_row = in + row * source_layout->row;
      float *out_row = out + row * destination_layout->row;
      if (run == assay_block)
        memcpy(out_row, in_row, (size_t)source_layout->width * assay_block * sizeof(float));
      else
        for (ptrdiff_t pixel = 0; pixel < source_layout->width; ++pixel)
          for (int32_t lane = 0; lane < run; ++lane)
            out_row[pixel * assay_block + lane] = in_row[pixel * assay_block + lane];
    }
    from += run;
    to += run;
    count -= run;
  }
}

void assay_pad_planar(
    const float *planar, float *padded, int32_t channels, int32_t height, int32_t width, int32_t row_begin,
    int32_t row_end, int32_t left, ptrdiff_t row, ptrdiff_t plane) {
  const int32_t used = width < row - left ? width : (int32_t)(row - left);
  for (int32_t channel = 0; channel < channels; ++channel) {
    for (int32_t y = row_begin; y < row_end; ++y) {
      float *to = padded + channel * plane + (y - row_begin) * row;
      if (y < 0 || y >= height) {
        memset(to, 0, (size_t)row * sizeof(float));
        continue;
      }
      memset(to, 0, (size_t)left * sizeof(float));
      memcpy(to + left, planar + ((ptrdiff_t)channel * height + y) * width, (size_t)used * sizeof(float));
      memset(to + left + used, 0, (size_t)(row - left - used) * sizeof(float));
    }
  }
}
