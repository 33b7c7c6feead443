// The transforms of Winograd's minimal filtering for 3x3 kernels, F(2x2) and F(4x4), on vectors of channels.
// Included by convolution_isa.h.
//
// A tile of (m + 2)^2 input pixels d makes m^2 output pixels: Y = A' [(G g G') . (B' d B)] A, with the interpolation
// points 0, 1, -1, infinity (m = 2) and 2, -2 besides (m = 4). Lavin and Gray, "Fast Algorithms for Convolutional
// Neural Networks", 2015.

ASSAY_INLINE void transform_input_line(const int m, const vec *d, vec *t) {
  if (m == 2) {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
  } else {
    const vec even = d[4] - 4.0f * d[2], odd = d[3] - 4.0f * d[1];
    const vec near = d[4] - d[2], far = 2.0f * (d[3] - d[1]);
    t[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
    t[1] = even + odd;
    t[2] = even - odd;
    t[3] = near + far;
    t[4] = near - far;
    t[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
  }
}

ASSAY_INLINE void transform_output_line(const int m, const vec *t, vec *y) {
  const vec sum = t[1] + t[2], difference = t[1] - t[2];
  if (m == 2) {
    y[0] = t[0] + sum;
    y[1] = difference - t[3];
  } else {
    const vec far_sum = t[3] + t[4], far_difference = t[3] - t[4];
    y[0] = t[0] + sum + far_sum;
    y[1] = difference + 2.0f * far_difference;
    y[2] = sum + 4.0f * far_sum;
    y[3] = difference + 8.0f * far_difference + t[5];
  }
}

ASSAY_INLINE void winograd_input(const int m, const float *in, ptrdiff_t in_row, float *out, ptrdiff_t out_element) {
  enum { widest = 6 };
  const int side = m + 2;
  for (int vector = 0; vector < vectors_per_block; ++vector) {
    vec half[widest][widest];
    ASSAY_UNROLL
    for (int column = 0; column < side; ++column) {
      vec line[widest], turned[widest];
      ASSAY_UNROLL
      for (int row = 0; row < side; ++row)
        line[row] = load(in + row * in_row + column * assay_block + vector * ASSAY_LANES);
      transform_input_line(m, line, turned);
      ASSAY_UNROLL
      for (int row = 0; row < side; ++row) half[row][column] = turned[row];
    }
    ASSAY_UNROLL
    for (int row = 0; row < side; ++row) {
      vec turned[widest];
      transform_input_line(m, half[row], turned);
      ASSAY_UNROLL
      for (int column = 0; column < side; ++column)
        store(out + (row * side + column) * out_element + vector * ASSAY_LANES, turned[column]);
    }
  }
}

ASSAY_INLINE void winograd_output(const int m, const assay_winograd_output *tile) {
  enum { widest = 6 };
  const int side = m + 2;
  const vec low = splat(tile->low), high = splat(tile->high);
  for (int vector = 0; vector < vectors_per_block; ++vector) {
    const vec bias = load(tile->bias + vector * ASSAY_LANES);
    vec half[4][widest];
    ASSAY_UNROLL
    for (int column = 0; column < side; ++column) {
      vec line[widest], turned[4];
      ASSAY_UNROLL
      for (int row = 0; row < side; ++row)
        line[row] = load(tile->in + (row * side + column) * tile->in_element + vector * ASSAY_LANES);
      transform_output_line(m, line, turned);
      ASSAY_UNROLL
      for (int row = 0; row < m; ++row) half[row][column] = turned[row];
    }
    ASSAY_UNROLL
    for (int row = 0; row < m; ++row) {
      vec turned[4];
      transform_output_line(m, half[row], turned);
      ASSAY_UNROLL
      for (int column = 0; column < m; ++column) {
        if (row >= tile->rows || column >= tile->columns) continue;
        const ptrdiff_t at = row * tile->row + column * assay_block + vector * ASSAY_LANES;
        vec value = turned[column] + bias;
        if (tile->residual) value += load(tile->residual + at);
        store(tile->out + at, minimum(maximum(value, low), high));
      }
    }
  }
}

static void winograd_input_2(const float *in, ptrdiff_t in_row, float *out, ptrdiff_t out_element) {
  winograd_input(2, in, in_row, out, out_element);
}
static void winograd_input_4(const float *in, ptrdiff_t in_row, float *out, ptrdiff_t out_element) {
  winograd_input(4, in, in_row, out, out_element);
}
static void winograd_output_2(const assay_winograd_output *tile) { winograd_output(2, tile); }
static void winograd_output_4(const assay_winograd_output *tile) { winograd_output(4, tile); }
