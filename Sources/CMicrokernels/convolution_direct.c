#include "convolution.h"
#include <string.h>

extern const assay_convolution_kernels assay_convolution_kernels_portable;
#if defined(__x86_64__)
extern const assay_convolution_kernels assay_convolution_kernels_avx2, assay_convolution_kernels_avx512;
#endif

const assay_convolution_kernels *assay_convolution_kernels_for(assay_isa isa) {
#if defined(__x86_64__)
  if (isa == assay_isa_avx512 || isa == assay_isa_avx512_vnni) return &assay_convolution_kernels_avx512;
  if (isa == assay_isa_avx2) return &assay_convolution_kernels_avx2;
#endif
  (void)isa;
  return &assay_convolution_kernels_portable;
}

void assay_zero_halo(const assay_blocked *layout, float *plane, int32_t row_begin, int32_t row_end) {
  const int32_t halo = layout->halo;
  if (halo == 0 || row_begin >= row_end) return;
  const size_t side = (size_t)halo * assay_block * sizeof(float);
  const size_t rows = (size_t)halo * (size_t)layout->row * sizeof(float);
  if (row_begin == 0) memset(plane, 0, rows);
  for (int32_t row = row_begin; row < row_end; ++row) {
    float *start = plane + (row + halo) * layout->row;
    memset(start, 0, side);
    memset(start + (ptrdiff_t)(halo + layout->width) * assay_block, 0, side);
  }
  if (row_end == layout->height) memset(plane + (row_end + halo) * layout->row, 0, rows);
}

// A value's activation need not be zero where the value is: the padded channels are set back.
static void zero_padded_channels(float *pixels, int32_t count, int32_t used) {
  for (int32_t pixel = 0; pixel < count; ++pixel)
    memset(pixels + pixel * assay_block + used, 0, (size_t)(assay_block - used) * sizeof(float));
}

static int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }

// Floats from a pixel of the input to the next.
static ptrdiff_t input_pixel(const assay_convolution *c) {
  return c->form == assay_convolution_planar ? 1 : assay_block;
}

// What stays the same over a run.
typedef struct {
  const assay_convolution *c;
  const assay_convolution_tiles *functions[2];
  int distance; // index into the tables
  int32_t zeroes_map_to_others; // the padded channels of the output have to be set back
  int32_t tile_pixels, wider_tiles; // a row's tiles have so many pixels, the first `wider_tiles` one more
} direct_run;

typedef struct {
  ptrdiff_t in0, in1, out0, out1;
  int32_t pixels;
} tile_place;

static tile_place place_tile(const direct_run *run, int32_t step, int32_t part) {
  const assay_convolution *c = run->c;
  const int32_t width = c->out.width;
  const int flat = c->rows_per_step == 0;
  const int32_t row = step * c->rows_per_step;
  int32_t second_row = row, column, second_column;
  tile_place place;
  if (c->rows_per_step == 2) {
    column = second_column = 0;
    const int paired = row + 1 < c->out.height;
    place.pixels = paired ? 2 * width : width;
    if (paired) second_row = row + 1;
    else second_column = (width + 1) / 2;
  } else {
    const int32_t index = flat ? step : part;
    column = index * run->tile_pixels + smaller(index, run->wider_tiles);
    place.pixels = run->tile_pixels + (index < run->wider_tiles);
    second_column = column + (place.pixels + 1) / 2;
  }
  const ptrdiff_t in_corner = c->in.origin - c->pad_top * c->in.row - c->pad_left * input_pixel(c);
  const ptrdiff_t in_row = c->stride_height * c->in.row, in_pixel = c->stride_width * input_pixel(c);
  place.in0 = in_corner + row * in_row + column * in_pixel;
  place.in1 = in_corner + second_row * in_row + second_column * in_pixel;
  place.out0 = c->out.origin + row * c->out.row + (ptrdiff_t)column * assay_block;
  place.out1 = c->out.origin + second_row * c->out.row + (ptrdiff_t)second_column * assay_block;
  return place;
}

static void finish_tile(
    const assay_convolution *c, const assay_convolution_panel *panel, float *out, tile_place place) {
  const int32_t first = (place.pixels + 1) / 2, second = place.pixels - first;
  for (int32_t block = 0; block < panel->out_blocks; ++block) {
    float *plane = out + (panel->out_block + block) * c->out.plane;
    c->kernels->activate(
        plane + place.out0, (ptrdiff_t)first * assay_block, c->activation, c->alpha, c->beta);
    c->kernels->activate(
        plane + place.out1, (ptrdiff_t)second * assay_block, c->activation, c->alpha, c->beta);
  }
}

static void zero_tile_padding(
    const assay_convolution *c, const assay_convolution_panel *panel, float *out, tile_place place) {
  const int32_t last_block = c->channels / assay_block, used = c->channels % assay_block;
  if (panel->out_block + panel->out_blocks <= last_block) return;
  const int32_t first = (place.pixels + 1) / 2;
  float *plane = out + last_block * c->out.plane;
  zero_padded_channels(plane + place.out0, first, used);
  zero_padded_channels(plane + place.out1, place.pixels - first, used);
}

static void choose_functions(const assay_convolution *c, const assay_convolution_tiles *functions[2]) {
  for (int block = 0; block < 2; ++block)
    functions[block] = c->form == assay_convolution_dense ? &c->kernels->dense[block]
        : c->form == assay_convolution_planar ? &c->kernels->planar[block]
                                              : &c->kernels->depthwise;
}

// One panel over a strip. Meanwhile the next panel, if it is not null, comes into the second-level cache: each tile
// fetches its part of it, a line of every two, the processor the other.
static void run_panel(
    const direct_run *run, const assay_convolution_panel *panel, const assay_convolution_panel *next,
    const float *in, const float *residual, float *out, int32_t step_begin, int32_t step_end) {
  const assay_convolution *c = run->c;
  const ptrdiff_t out_block = panel->out_block * c->out.plane;
  in += panel->in_block * c->in.plane;
  assay_convolution_tile tile = {
      .weights = panel->weights,
      .prefetch = panel->weights,
      .bias = c->bias + (ptrdiff_t)panel->out_block * assay_block,
      .in_plane = c->in.plane,
      .in_row = c->dilation_height * c->in.row,
      .in_column = c->dilation_width * input_pixel(c),
      .in_pixel = c->stride_width * input_pixel(c),
      .out_plane = c->out.plane,
      .in_blocks = panel->in_blocks,
      .last_steps = panel->last_steps,
      .kernel_height = c->kernel_height,
      .kernel_width = c->kernel_width,
      .low = c->low,
      .high = c->high,
  };
  const ptrdiff_t tiles = (ptrdiff_t)(step_end - step_begin) * c->tiles_per_step;
  ptrdiff_t fetched = 0;
  if (next) {
    fetched = (next->weights - panel->weights) / tiles;
    tile.prefetch = next->weights;
    tile.prefetch_step = 4 * panel->out_blocks * assay_block / tiles;
  }
  for (int32_t step = step_begin; step < step_end; ++step) {
    for (int32_t part = 0; part < c->tiles_per_step; ++part) {
      const tile_place place = place_tile(run, step, part);
      tile.in0 = in + place.in0;
      tile.in1 = in + place.in1;
      tile.out0 = out + out_block + place.out0;
      tile.out1 = out + out_block + place.out1;
      tile.residual0 = residual ? residual + out_block + place.out0 : NULL;
      tile.residual1 = residual ? residual + out_block + place.out1 : NULL;
      (*run->functions[panel->out_blocks - 1])[run->distance][place.pixels - 1](&tile);
      tile.prefetch += fetched;
      if (c->activation) finish_tile(c, panel, out, place);
      if (run->zeroes_map_to_others) zero_tile_padding(c, panel, out, place);
    }
  }
}

static void zero_halos(
    const assay_convolution *c, float *out, int32_t image_begin, int32_t image_end, int32_t step_begin,
    int32_t step_end, int32_t panel_begin, int32_t panel_end) {
  if (c->out.halo == 0) return;
  int32_t row_begin = step_begin * c->rows_per_step, row_end = step_end * c->rows_per_step;
  if (row_end > c->out.height) row_end = c->out.height;
  for (int32_t image = image_begin; image < image_end; ++image)
    for (int32_t index = panel_begin; index < panel_end; ++index)
      for (int32_t block = 0; block < c->panels[index].out_blocks; ++block)
        assay_zero_halo(
            &c->out, out + image * c->out.image + (c->panels[index].out_block + block) * c->out.plane,
            row_begin, row_end);
}

void assay_convolution_direct(
    const assay_convolution *c, const float *in, const float *residual, float *out,
    int32_t image_begin, int32_t image_end, int32_t step_begin, int32_t step_end,
    int32_t panel_begin, int32_t panel_end) {
  direct_run run = {
      .c = c,
      .distance = c->stride_width == 1 ? 0 : c->stride_width == 2 ? 1 : 2,
      .zeroes_map_to_others = c->channels % assay_block != 0 &&
          (c->low > 0 || c->high < 0 || c->activation == assay_activation_sigmoid ||
           c->activation == assay_activation_hard_sigmoid),
  };
  choose_functions(c, run.functions);
  const int32_t tiles = c->rows_per_step == 0 ? c->steps : c->tiles_per_step;
  if (tiles > 0) {
    run.tile_pixels = c->out.width / tiles;
    run.wider_tiles = c->out.width % tiles;
  }
  for (int32_t group = panel_begin; group < panel_end; group += c->panels_per_group) {
    const int32_t group_end = smaller(group + c->panels_per_group, panel_end);
    for (int32_t image = image_begin; image < image_end; ++image) {
      const float *image_in = in + image * c->in.image;
      const float *image_residual = residual ? residual + image * c->out.image : NULL;
      float *image_out = out + image * c->out.image;
      for (int32_t strip = step_begin; strip < step_end; strip += c->steps_per_strip) {
        const int32_t strip_end = smaller(strip + c->steps_per_strip, step_end);
        for (int32_t index = group; index < group_end; ++index) {
          const assay_convolution_panel *panel = &c->panels[index];
          const int fetches = c->panels_per_group == 1 && index + 1 < panel_end;
          run_panel(
              &run, panel, fetches ? panel + 1 : NULL, image_in, image_residual, image_out, strip, strip_end);
        }
      }
    }
  }
  zero_halos(c, out, image_begin, image_end, step_begin, step_end, panel_begin, panel_end);
}
