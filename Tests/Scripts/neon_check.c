// Kernels in the form that aarch64 gets, against plain loops in double precision.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "CMicrokernels.h"

static int failures = 0;

static float number(void) {
  static unsigned state = 1;
  state = state * 1664525u + 1013904223u;
  return (float)(state >> 8) / (float)(1 << 23) - 1.0f;
}

static float *numbers(size_t count) {
  float *values = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64 + 64);
  for (size_t i = 0; i < count; i++) values[i] = number();
  return values;
}

static void check(const char *what, size_t a, size_t b, size_t c, double error, double bound) {
  if (error <= bound) return;
  printf("%s %zu %zu %zu: relative error %g\n", what, a, b, c, error);
  failures++;
}

static void check_product(size_t rows, size_t columns, size_t depth) {
  assay_isa isa = assay_detect_isa();
  float *a = numbers(rows * depth), *b = numbers(depth * columns), *bias = numbers(columns);
  float *c = numbers(rows * columns);
  float *packed = numbers(assay_gemm_packed_floats(isa, depth, columns));
  float *scratch = numbers(assay_gemm_scratch_floats(rows, depth));
  assay_gemm_pack_b(isa, b, (ptrdiff_t)columns, 1, depth, columns, packed);
  assay_gemm_problem problem = {.rows = rows, .columns = columns, .depth = depth, .a = a,
      .a_row_stride = (ptrdiff_t)depth, .a_depth_stride = 1, .alpha = 1, .packed_b = packed, .c = c,
      .c_row_stride = (ptrdiff_t)columns, .bias = bias, .low = -INFINITY, .high = INFINITY, .scratch = scratch};
  assay_gemm_multiply(isa, &problem, 0, columns);
  double difference = 0, norm = 0;
  for (size_t row = 0; row < rows; row++)
    for (size_t column = 0; column < columns; column++) {
      double sum = bias[column];
      for (size_t step = 0; step < depth; step++) sum += (double)a[row * depth + step] * b[step * columns + column];
      difference += (sum - c[row * columns + column]) * (sum - c[row * columns + column]);
      norm += sum * sum;
    }
  check("product", rows, columns, depth, sqrt(difference / norm), 1e-6);
  free(a), free(b), free(bias), free(c), free(packed), free(scratch);
}

static void check_unary(const char *name, assay_unary function, double (*expected)(double), size_t count) {
  float *x = numbers(count), *y = numbers(count);
  const float parameters[2] = {0, 0};
  assay_unary_run(assay_detect_isa(), function, x, y, count, parameters);
  double worst = 0;
  for (size_t i = 0; i < count; i++) {
    double value = expected(x[i]);
    worst = fmax(worst, fabs(y[i] - value) / fmax(fabs(value), 1e-3));
  }
  check(name, count, 0, 0, worst, 2e-6);
  free(x), free(y);
}

static void check_softmax(size_t rows, size_t count) {
  float *x = numbers(rows * count), *y = numbers(rows * count);
  assay_softmax_rows(assay_detect_isa(), x, y, rows, count, (ptrdiff_t)count, (ptrdiff_t)count, 0);
  double worst = 0;
  for (size_t row = 0; row < rows; row++) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += exp(x[row * count + i]);
    for (size_t i = 0; i < count; i++) {
      double value = exp(x[row * count + i]) / sum;
      worst = fmax(worst, fabs(y[row * count + i] - value) / value);
    }
  }
  check("softmax", rows, count, 0, worst, 2e-6);
  free(x), free(y);
}

int main(void) {
  if (assay_detect_isa() != assay_isa_neon) {
    printf("this processor is not found to have NEON\n");
    return 1;
  }
  const size_t sizes[] = {1, 2, 3, 5, 6, 7, 12, 13, 16, 17, 31, 33};
  const size_t depths[] = {1, 4, 7, 255, 256, 257, 520};
  for (int i = 0; i < 12; i++)
    for (int j = 0; j < 12; j++)
      for (int k = 0; k < 7; k++) check_product(sizes[i], sizes[j], depths[k]);
  for (size_t count = 1; count < 40; count++) {
    check_unary("exp", assay_unary_exponential, exp, count);
    check_unary("tanh", assay_unary_hyperbolic_tangent, tanh, count);
    check_unary("erf", assay_unary_error_function, erf, count);
    check_unary("sin", assay_unary_sine, sin, count);
    check_softmax(3, count);
  }
  printf("%d of the NEON form's checks fail\n", failures);
  return failures > 0;
}
