#include "quantized_gemm.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef struct {
  int tile_rows, tile_columns, group, value_bytes;
  void (*multiply)(const assay_quantized_problem *, size_t, size_t);
} quantized_form;

// Rows of A that are packed at once.
#define PACKED_ROWS 224

// How a form multiplies: GROUP values of the depth lie side by side in 32 bits (16 in the base form), as `value`.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,evex512"))), apply_to = function)
#define FORM(name) name##_vnni
#define LANES 16
#define TILE_ROWS 14
#define GROUP 4
typedef uint8_t value_vnni;
#define DOT(sum, a, b) ((FORM(ints))_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(a), (__m512i)(b)))
#include "quantized_gemm_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,evex512"))), apply_to = function)
#define FORM(name) name##_avx512
#define LANES 16
#define TILE_ROWS 14
#define GROUP 2
typedef int16_t value_avx512;
#define DOT(sum, a, b) ((sum) + (FORM(ints))_mm512_madd_epi16((__m512i)(a), (__m512i)(b)))
#include "quantized_gemm_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define FORM(name) name##_avx2
#define LANES 8
#define TILE_ROWS 6
#define GROUP 2
typedef int16_t value_avx2;
#define DOT(sum, a, b) ((sum) + (FORM(ints))_mm256_madd_epi16((__m256i)(a), (__m256i)(b)))
#include "quantized_gemm_body.h"
#pragma clang attribute pop
#endif

#define FORM(name) name##_base
#define LANES 4
#define TILE_ROWS 6
#define GROUP 1
typedef int32_t value_base;
#define DOT(sum, a, b) ((sum) + (a) * (b))
#include "quantized_gemm_body.h"

static const quantized_form *form_for(assay_isa isa) {
#if defined(__x86_64__)
  switch (isa) {
    case assay_isa_avx512_vnni: return &form_vnni;
    case assay_isa_avx512: return &form_avx512;
    case assay_isa_avx2: return &form_avx2;
    default: return &form_base;
  }
#else
  (void)isa;
  return &form_base;
#endif
}

static size_t groups_of(const quantized_form *form, size_t depth) {
  return (depth + (size_t)form->group - 1) / (size_t)form->group;
}

int assay_quantized_tile_rows(assay_isa isa) { return form_for(isa)->tile_rows; }

int assay_quantized_tile_columns(assay_isa isa) { return form_for(isa)->tile_columns; }

size_t assay_quantized_packed_bytes(assay_isa isa, size_t depth, size_t columns) {
  const quantized_form *form = form_for(isa);
  const size_t width = (size_t)form->tile_columns;
  return (columns + width - 1) / width * width * groups_of(form, depth) * (size_t)(form->group * form->value_bytes);
}

size_t assay_quantized_scratch_bytes(assay_isa isa, size_t rows, size_t depth) {
  const quantized_form *form = form_for(isa);
  const size_t packed_rows = rows < PACKED_ROWS ? rows : PACKED_ROWS;
  return packed_rows * groups_of(form, depth) * (size_t)(form->group * form->value_bytes) +
         PACKED_ROWS * sizeof(int32_t) + 64;
}

void assay_quantized_pack_b(assay_isa isa, const void *b, int is_signed, ptrdiff_t depth_stride,
                            ptrdiff_t column_stride, size_t depth, size_t columns, const int32_t *zeros, void *packed,
                            int32_t *column_sums, int32_t *column_zeros) {
  const quantized_form *form = form_for(isa);
  const size_t width = (size_t)form->tile_columns, group = (size_t)form->group, groups = groups_of(form, depth);
  // Only a signed byte can be the second factor of VNNI's product: unsigned weights and their zero points move by 128.
  const int32_t shift = is_signed ? 0 : 128;
  const size_t padded = (columns + width - 1) / width * width;
  for (size_t column = 0; column < padded; column++) {
    int32_t sum = 0;
    const int32_t zero = zeros && column < columns ? zeros[column] - shift : 0 - (column < columns ? shift : 0);
    for (size_t step = 0; step < groups * group; step++) {
      int32_t value = 0;
      if (step < depth && column < columns) {
        const ptrdiff_t at = (ptrdiff_t)step * depth_stride + (ptrdiff_t)column * column_stride;
        value = is_signed ? ((const int8_t *)b)[at] : ((const uint8_t *)b)[at] - shift;
        sum += value - zero;
      }
      const size_t index =
          ((column / width * groups + step / group) * width + column % width) * group + step % group;
      if (form->value_bytes == 1)
        ((int8_t *)packed)[index] = (int8_t)value;
      else if (form->value_bytes == 2)
        ((int16_t *)packed)[index] = (int16_t)value;
      else
        ((int32_t *)packed)[index] = value;
    }
    column_sums[column] = sum;
    column_zeros[column] = zero;
  }
}

void assay_quantized_multiply(assay_isa isa, const assay_quantized_problem *problem, size_t first_column,
                              size_t last_column) {
  form_for(isa)->multiply(problem, first_column, last_column);
}
