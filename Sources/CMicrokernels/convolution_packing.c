#include "convolution.h"

void assay_pack_panel(
    float *packed, const float *weights, const assay_convolution_panel *panel, int32_t in_channels,
    int32_t out_channels, int32_t groups, int32_t kernel_height, int32_t kernel_width) {
  const int32_t in_group = in_channels / groups, out_group = out_channels / groups;
  const ptrdiff_t window = (ptrdiff_t)kernel_height * kernel_width;
  const int32_t columns = panel->out_blocks * assay_block;
  for (int32_t block = 0; block < panel->in_blocks; ++block) {
    const int32_t channels = block + 1 == panel->in_blocks ? panel->last_steps * 4 : assay_block;
    for (int32_t column = 0; column < columns; ++column) {
      const int32_t out_channel = panel->out_block * assay_block + column;
      const int used = out_channel < out_channels;
      const int32_t first = used ? out_channel / out_group * in_group : 0;
      for (int32_t channel = 0; channel < channels; ++channel) {
        const int32_t local = (panel->in_block + block) * assay_block + channel - first;
        const int inside = used && local >= 0 && local < in_group;
        const float *source = weights + ((ptrdiff_t)out_channel * in_group + local) * window;
        for (ptrdiff_t tap = 0; tap < window; ++tap)
          packed[(tap * channels + channel) * columns + column] = inside ? source[tap] : 0;
      }
    }
    packed += window * channels * columns;
  }
}

void assay_pack_planar_panel(
    float *packed, const float *weights, const assay_convolution_panel *panel, int32_t out_channels,
    int32_t taps) {
  const int32_t columns = panel->out_blocks * assay_block;
  for (int32_t column = 0; column < columns; ++column) {
    const int32_t out_channel = panel->out_block * assay_block + column;
    const float *source = weights + (ptrdiff_t)out_channel * taps;
    for (int32_t tap = 0; tap < taps; ++tap)
      packed[(ptrdiff_t)tap * columns + column] = out_channel < out_channels ? source[tap] : 0;
  }
}
