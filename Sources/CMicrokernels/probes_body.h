// More sums than latency times throughput of any processor at hand; they and two constants fit the registers.
#define SUMS (REGISTERS == 32 ? 24 : 12)

static __attribute__((noinline)) double FORM(multiply_add)(size_t iterations, float *sink) {
  vector sums[SUMS];
  const vector factor = (vector)(0.999f), term = (vector)(0.001f);
#pragma clang loop unroll(full)
  for (int i = 0; i < SUMS; i++) sums[i] = (vector)((float)i);
  for (size_t iteration = 0; iteration < iterations; iteration++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < SUMS; i++) sums[i] = sums[i] * factor + term;
  }
  vector total = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < SUMS; i++) total += sums[i];
  *sink = total[0];
  return 2.0 * SUMS * LANES * (double)iterations;
}

static __attribute__((noinline)) float FORM(read)(const float *source, size_t count) {
  vector sums[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < count; i += 4 * LANES)
    for (int j = 0; j < 4; j++) sums[j] += FORM(load)(source + i + (size_t)j * LANES);
  vector total = sums[0] + sums[1] + sums[2] + sums[3];
  return total[0];
}
#undef SUMS
