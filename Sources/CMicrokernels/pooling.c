#include "convolution.h"

typedef struct {
  int32_t begin, end; // the taps inside the image
  int32_t padded; // taps inside the image and its padding
} window;

// The taps k, 0 <= k < kernel, for which start + k * dilation lies in 0 ..< size.
static window clip(int32_t start, int32_t kernel, int32_t dilation, int32_t size, int32_t padding_after) {
  const int32_t end = size - start <= 0 ? 0 : (size - start + dilation - 1) / dilation;
  const int32_t reach = size + padding_after - start;
  const int32_t padded = reach <= 0 ? 0 : (reach + dilation - 1) / dilation;
  window result;
  result.begin = start < 0 ? (-start + dilation - 1) / dilation : 0;
  result.end = end < kernel ? end : kernel;
  result.padded = padded < kernel ? padded : kernel;
  if (result.begin > result.end) result.begin = result.end;
  return result;
}

static float divisor(const assay_pooling *p, window rows, window columns) {
  const float count = p->counts_padding
      ? (float)rows.padded * (float)columns.padded
      : (float)(rows.end - rows.begin) * (float)(columns.end - columns.begin);
  return count > 0 ? count : 1;
}

// `pixels` outputs from `column` on whose windows are cut alike.
static void pool_tile(
    const assay_pooling *p, const float *in_row, float *out_row, window rows, window columns, int32_t column,
    int32_t pixels) {
  const int32_t first = (pixels + 1) / 2;
  assay_convolution_tile tile = {
      .in_row = p->dilation_height * p->in.row,
      .in_column = (ptrdiff_t)p->dilation_width * assay_block,
      .in_pixel = (ptrdiff_t)p->stride_width * assay_block,
      .kernel_height = rows.end - rows.begin,
      .kernel_width = columns.end - columns.begin,
      .low = -__builtin_inff(),
      .high = __builtin_inff(),
      .scale = 1 / divisor(p, rows, columns),
  };
  const ptrdiff_t start = (ptrdiff_t)column * p->stride_width - p->pad_left;
  tile.in0 = in_row + (start + columns.begin * p->dilation_width) * assay_block;
  tile.in1 = tile.in0 + first * tile.in_pixel;
  tile.out0 = out_row + (ptrdiff_t)column * assay_block;
  tile.out1 = tile.out0 + (ptrdiff_t)first * assay_block;
  const int distance = p->stride_width == 1 ? 0 : p->stride_width == 2 ? 1 : 2;
  const assay_convolution_tiles *functions = p->averages ? &p->kernels->total : &p->kernels->maximum;
  (*functions)[distance][pixels - 1](&tile);
}

static void pool_row(const assay_pooling *p, const float *plane_in, float *plane_out, int32_t row) {
  const int32_t top = row * p->stride_height - p->pad_top;
  const window rows = clip(top, p->kernel_height, p->dilation_height, p->in.height, p->pad_bottom);
  const float *in_row =
      plane_in + p->in.origin + (ptrdiff_t)(top + rows.begin * p->dilation_height) * p->in.row;
  float *out_row = plane_out + p->out.origin + row * p->out.row;
  const int32_t widest = p->kernels->widest[0];
  for (int32_t column = 0; column < p->out.width;) {
    const window columns = clip(
        column * p->stride_width - p->pad_left, p->kernel_width, p->dilation_width, p->in.width, p->pad_right);
    int32_t pixels = 1;
    if (columns.begin == 0 && columns.end == p->kernel_width) {
      // How many windows from here on end inside the image.
      const int32_t last = p->in.width - 1 + p->pad_left - (p->kernel_width - 1) * p->dilation_width;
      pixels = last / p->stride_width - column + 1;
      if (pixels > p->out.width - column) pixels = p->out.width - column;
      if (pixels > widest) pixels = widest;
    }
    pool_tile(p, in_row, out_row, rows, columns, column, pixels);
    column += pixels;
  }
}

void assay_pool_planes(
    const assay_pooling *p, const float *in, float *out, int32_t plane_begin, int32_t plane_end) {
  for (int32_t plane = plane_begin; plane < plane_end; ++plane) {
    const int32_t image = plane / p->blocks, block = plane % p->blocks;
    const float *plane_in = in + image * p->in.image + block * p->in.plane;
    float *plane_out = out + image * p->out.image + block * p->out.plane;
    for (int32_t row = 0; row < p->out.height; ++row) pool_row(p, plane_in, plane_out, row);
    assay_zero_halo(&p->out, plane_out, 0, p->out.height);
  }
}
