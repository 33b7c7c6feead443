#include "movement.h"

#define BODY "movement_body.h"
#include "forms.h"

void assay_transpose(assay_isa isa, size_t value_bytes, const void *source, ptrdiff_t source_pitch, void *target,
                     ptrdiff_t target_pitch, size_t rows, size_t columns) {
  if (value_bytes == 4) {
    FORM_FOR(isa, transpose)(source, source_pitch, target, target_pitch, rows, columns);
    return;
  }
  for (size_t row = 0; row < rows; row++) {
    const assay_copy copy = {.value_bytes = value_bytes, .rows = 1, .count = columns, .source_step = 1,
                             .target_step = target_pitch};
    assay_copy_rows(&copy, (const char *)source + (ptrdiff_t)row * source_pitch * (ptrdiff_t)value_bytes,
                    (char *)target + row * value_bytes);
  }
}

#define COPY_VALUES(type)                                                                            \
  for (size_t row = 0; row < copy->rows; row++) {                                                    \
    const type *from = (const type *)source + (ptrdiff_t)row * copy->source_row;                     \
    type *to = (type *)target + (ptrdiff_t)row * copy->target_row;                                   \
    for (size_t i = 0; i < copy->count; i++)                                                         \
      to[(ptrdiff_t)i * copy->target_step] = from[(ptrdiff_t)i * copy->source_step];                 \
  }

void assay_copy_rows(const assay_copy *copy, const void *source, void *target) {
  const ptrdiff_t bytes = (ptrdiff_t)copy->value_bytes;
  if (copy->source_step == 1 && copy->target_step == 1) {
    for (size_t row = 0; row < copy->rows; row++)
      memcpy((char *)target + (ptrdiff_t)row * copy->target_row * bytes,
             (const char *)source + (ptrdiff_t)row * copy->source_row * bytes, copy->count * copy->value_bytes);
    return;
  }
  switch (copy->value_bytes) {
    case 1: COPY_VALUES(uint8_t) break;
    case 2: COPY_VALUES(uint16_t) break;
    case 4: COPY_VALUES(uint32_t) break;
    case 8: COPY_VALUES(uint64_t) break;
    default: break;
  }
}

#define FILL_VALUES(type)                                                \
  {                                                                      \
    type one;                                                            \
    memcpy(&one, value, sizeof one);                                     \
    for (size_t i = 0; i < count; i++) ((type *)target)[i] = one;        \
  }

void assay_fill(size_t value_bytes, const void *value, void *target, size_t count) {
  switch (value_bytes) {
    case 1: FILL_VALUES(uint8_t) break;
    case 2: FILL_VALUES(uint16_t) break;
    case 4: FILL_VALUES(uint32_t) break;
    case 8: FILL_VALUES(uint64_t) break;
    default: break;
  }
}
