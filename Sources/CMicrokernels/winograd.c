#include "convolution.h"
#include <string.h>

enum { widest_side = 6 };

// Copies a tile's pixels, zeros where they lie outside the stored plane.
static void gather_tile(
    const assay_winograd *w, const float *plane, int32_t top, int32_t left, int32_t side, float *pixels) {
  const int32_t halo = w->in.halo;
  const int32_t begin = left < -halo ? -halo - left : 0;
  const int32_t reach = w->in.width + halo - left;
  const int32_t end = reach < side ? reach : side;
  memset(pixels, 0, (size_t)side * (size_t)side * assay_block * sizeof(float));
  for (int32_t row = 0; row < side; ++row) {
    if (top + row < -halo || top + row >= w->in.height + halo || begin >= end) continue;
    memcpy(
        pixels + (row * side + begin) * assay_block,
        plane + w->in.origin + (top + row) * w->in.row + (ptrdiff_t)(left + begin) * assay_block,
        (size_t)(end - begin) * assay_block * sizeof(float));
  }
}

void assay_winograd_transform(
    const assay_winograd *w, const float *in, float *transformed, int32_t tile_begin, int32_t tile_end,
    int32_t block_begin, int32_t block_end) {
  const int32_t side = w->m + 2, halo = w->in.halo, tiles_per_image = w->tile_rows * w->tile_columns;
  float edge[widest_side * widest_side * assay_block];
  for (int32_t block = block_begin; block < block_end; ++block) {
    float *to = transformed + (ptrdiff_t)block * w->tiles_per_block * assay_block;
    for (int32_t tile = tile_begin; tile < tile_end; ++tile, to += assay_block) {
      const int32_t place = tile % tiles_per_image;
      const float *plane = in + tile / tiles_per_image * w->in.image + block * w->in.plane;
      const int32_t top = place / w->tile_columns * w->m - w->pad_top;
      const int32_t left = place % w->tile_columns * w->m - w->pad_left;
      const int inside = top >= -halo && left >= -halo && top + side <= w->in.height + halo &&
          left + side <= w->in.width + halo;
      const float *from = edge;
      ptrdiff_t row = (ptrdiff_t)side * assay_block;
      if (inside) {
        from = plane + w->in.origin + top * w->in.row + (ptrdiff_t)left * assay_block;
        row = w->in.row;
      } else {
        gather_tile(w, plane, top, left, side, edge);
      }
      w->kernels->winograd_input[w->m == 4](from, row, to, w->element);
    }
  }
}

static const float *element_weights(const assay_winograd *w, const assay_convolution_panel *panel, int32_t element) {
  const ptrdiff_t channels = (w->in_blocks - 1) * assay_block + w->last_steps * 4;
  return panel->weights + element * channels * panel->out_blocks * assay_block;
}

// products[element][output block][tile][16] = transformed x weights, for one element. `next`, unless it is null, are the
// weights of the same count that follow, brought to the second-level cache meanwhile.
static void multiply_element(
    const assay_winograd *w, const assay_convolution_panel *panel, int32_t element, const float *transformed,
    float *products, int32_t tiles, const float *next) {
  const int32_t widest = w->kernels->widest[panel->out_blocks - 1];
  const int32_t parts = (tiles + widest - 1) / widest;
  const ptrdiff_t channels = (w->in_blocks - 1) * assay_block + w->last_steps * 4;
  const float *weights = element_weights(w, panel, element);
  assay_convolution_tile tile = {
      .weights = weights,
      .prefetch = next ? next : weights,
      .prefetch_step = next ? 4 * panel->out_blocks * assay_block / parts : 0,
      .bias = w->zeros,
      .in_plane = (ptrdiff_t)w->tiles_per_block * assay_block,
      .in_pixel = assay_block,
      .out_plane = (ptrdiff_t)tiles * assay_block,
      .in_blocks = w->in_blocks,
      .last_steps = w->last_steps,
      .kernel_height = 1,
      .kernel_width = 1,
      .low = -__builtin_inff(),
      .high = __builtin_inff(),
  };
  for (int32_t part = 0; part < parts; ++part) {
    const int32_t begin = tiles * part / parts, end = tiles * (part + 1) / parts;
    const int32_t first = (end - begin + 1) / 2;
    tile.in0 = transformed + element * w->element + (ptrdiff_t)begin * assay_block;
    tile.in1 = tile.in0 + first * assay_block;
    if (next) tile.prefetch = next + channels * panel->out_blocks * assay_block / parts * part;
    tile.out0 = products + ((ptrdiff_t)element * panel->out_blocks * tiles + begin) * assay_block;
    tile.out1 = tile.out0 + first * assay_block;
    w->kernels->dense[panel->out_blocks - 1][0][end - begin - 1](&tile);
  }
}

static void finish_pixels(const assay_winograd *w, float *out, int32_t rows, int32_t columns, int32_t used) {
  const int zeroes_map_to_others = w->low > 0 || w->high < 0 || w->activation == assay_activation_sigmoid ||
      w->activation == assay_activation_hard_sigmoid;
  for (int32_t row = 0; row < rows; ++row) {
    float *pixels = out + row * w->out.row;
    if (w->activation)
      w->kernels->activate(pixels, (ptrdiff_t)columns * assay_block, w->activation, w->alpha, w->beta);
    if (zeroes_map_to_others && used < assay_block)
      for (int32_t column = 0; column < columns; ++column)
        memset(pixels + column * assay_block + used, 0, (size_t)(assay_block - used) * sizeof(float));
  }
}

static void transform_outputs(
    const assay_winograd *w, int32_t out_block, const float *products, ptrdiff_t element, const float *residual,
    float *out, int32_t tile_begin, int32_t tile_end) {
  const int32_t used = w->channels - out_block * assay_block;
  const int32_t tiles_per_image = w->tile_rows * w->tile_columns;
  assay_winograd_output tile = {
      .in_element = element,
      .bias = w->bias + (ptrdiff_t)out_block * assay_block,
      .row = w->out.row,
      .low = w->low,
      .high = w->high,
  };
  for (int32_t index = tile_begin; index < tile_end; ++index) {
    const int32_t place = index % tiles_per_image;
    const int32_t row = place / w->tile_columns * w->m, column = place % w->tile_columns * w->m;
    const ptrdiff_t at = index / tiles_per_image * w->out.image + out_block * w->out.plane + w->out.origin + row * w->out.row +
        (ptrdiff_t)column * assay_block;
    tile.in = products + (ptrdiff_t)(index - tile_begin) * assay_block;
    tile.out = out + at;
    tile.residual = residual ? residual + at : NULL;
    tile.rows = w->out.height - row < w->m ? w->out.height - row : w->m;
    tile.columns = w->out.width - column < w->m ? w->out.width - column : w->m;
    w->kernels->winograd_output[w->m == 4](&tile);
    finish_pixels(w, tile.out, tile.rows, tile.columns, used);
  }
}

// The weights that `multiply_element` will read next within the group: the next panel's for this element, or the first
// panel's for the next.
static const float *following_weights(
    const assay_winograd *w, int32_t group, int32_t group_end, int32_t index, int32_t element) {
  if (index + 1 < group_end) return element_weights(w, &w->panels[index + 1], element);
  if (element + 1 < (w->m + 2) * (w->m + 2)) return element_weights(w, &w->panels[group], element + 1);
  return NULL;
}

void assay_winograd_multiply(
    const assay_winograd *w, const float *transformed, float *products, const float *residual, float *out,
    int32_t tile_begin, int32_t tile_end, int32_t panel_begin, int32_t panel_end) {
  const int32_t tiles = tile_end - tile_begin, elements = (w->m + 2) * (w->m + 2);
  const ptrdiff_t panel_products = (ptrdiff_t)elements * 2 * tiles * assay_block;
  for (int32_t group = panel_begin; group < panel_end; group += w->panels_per_group) {
    const int32_t group_end =
        group + w->panels_per_group < panel_end ? group + w->panels_per_group : panel_end;
    for (int32_t element = 0; element < elements; ++element)
      for (int32_t index = group; index < group_end; ++index)
        multiply_element(
            w, &w->panels[index], element, transformed, products + (index - group) * panel_products, tiles,
            following_weights(w, group, group_end, index, element));
    for (int32_t index = group; index < group_end; ++index) {
      const assay_convolution_panel *panel = &w->panels[index];
      for (int32_t block = 0; block < panel->out_blocks; ++block)
        transform_outputs(
            w, panel->out_block + block,
            products + (index - group) * panel_products + (ptrdiff_t)block * tiles * assay_block,
            (ptrdiff_t)panel->out_blocks * tiles * assay_block, residual, out, tile_begin, tile_end);
    }
  }
}

static const double weight_transform_2[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
static const double weight_transform_4[6][3] = {
    {0.25, 0, 0}, {-1.0 / 6, -1.0 / 6, -1.0 / 6}, {-1.0 / 6, 1.0 / 6, -1.0 / 6},
    {1.0 / 24, 1.0 / 12, 1.0 / 6}, {1.0 / 24, -1.0 / 12, 1.0 / 6}, {0, 0, 1}};

void assay_winograd_pack_panel(
    float *packed, const float *weights, const assay_convolution_panel *panel, int32_t m, int32_t in_channels,
    int32_t out_channels) {
  enum { widest_panel = 2 * assay_block };
  const double(*g)[3] = m == 2 ? weight_transform_2 : weight_transform_4;
  const int32_t side = m + 2, columns = panel->out_blocks * assay_block;
  const ptrdiff_t channels = (panel->in_blocks - 1) * assay_block + panel->last_steps * 4;
  for (ptrdiff_t channel = 0; channel < channels; ++channel) {
    double kernel[3][3][widest_panel] = {{{0}}};
    for (int32_t column = 0; column < columns; ++column) {
      const ptrdiff_t out_channel = panel->out_block * assay_block + column;
      if (out_channel >= out_channels || channel >= in_channels) continue;
      const float *source = weights + (out_channel * in_channels + channel) * 9;
      for (int tap = 0; tap < 9; ++tap) kernel[tap / 3][tap % 3][column] = source[tap];
    }
    double half[widest_side][3][widest_panel];
    for (int32_t row = 0; row < side; ++row)
      for (int tap = 0; tap < 3; ++tap)
        for (int32_t column = 0; column < widest_panel; ++column)
          half[row][tap][column] = g[row][0] * kernel[0][tap][column] + g[row][1] * kernel[1][tap][column] +
              g[row][2] * kernel[2][tap][column];
    for (int32_t element = 0; element < side * side; ++element) {
      const double *factors = g[element % side];
      const double(*row)[widest_panel] = half[element / side];
      float *to = packed + (element * channels + channel) * columns;
      for (int32_t column = 0; column < columns; ++column)
        to[column] = (float)(factors[0] * row[0][column] + factors[1] * row[1][column] +
                             factors[2] * row[2][column]);
    }
  }
}
