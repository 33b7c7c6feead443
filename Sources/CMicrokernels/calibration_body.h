// Six rows by two vectors: twelve sums, two vectors of the right side and one of the left fit sixteen registers.
static __attribute__((noinline)) float FORM(calibrate_product)(
    const float *left, const float *right, size_t depth, size_t floats) {
  vector total = 0;
  for (size_t start = 0; start + 2 * LANES * depth <= floats; start += 2 * LANES * depth) {
    vector sums[6][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < 6; row++) sums[row][0] = sums[row][1] = 0;
    const float *panel = right + start;
    for (size_t step = 0; step < depth; step++) {
      const vector first = FORM(load)(panel + step * 2 * LANES);
      const vector second = FORM(load)(panel + step * 2 * LANES + LANES);
#pragma clang loop unroll(full)
      for (int row = 0; row < 6; row++) {
        const vector factor = (vector)(left[step * 6 + (size_t)row]);
        sums[row][0] = factor * first + sums[row][0];
        sums[row][1] = factor * second + sums[row][1];
      }
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < 6; row++) total += sums[row][0] + sums[row][1];
  }
  return total[0];
}

static __attribute__((noinline)) void FORM(calibrate_sweep)(float *target, const float *source, size_t count) {
  for (size_t i = 0; i < count; i += 4 * LANES)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4 * LANES; j += LANES)
      FORM(store)(target + i + j, FORM(load)(target + i + j) * 0.5f + FORM(load)(source + i + j));
}

static __attribute__((noinline)) float FORM(calibrate_stream)(const float *source, size_t count) {
  vector sums[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < count; i += 4 * LANES)
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) sums[j] += FORM(load)(source + i + (size_t)j * LANES);
  const vector total = sums[0] + sums[1] + sums[2] + sums[3];
  return total[0];
}
