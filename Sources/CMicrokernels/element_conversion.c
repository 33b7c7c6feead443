#include "element_conversion.h"

typedef void (*convert_elements)(const void *from, void *to, size_t count);

#define BODY "element_conversion_body.h"
#include "forms.h"

void assay_convert_elements(assay_isa isa, assay_element from_element, assay_element to_element, const void *from,
                            void *to, size_t count) {
  if ((unsigned)from_element >= assay_element_count || (unsigned)to_element >= assay_element_count) return;
  FORM_FOR(isa, conversions)[from_element][to_element](from, to, count);
}
