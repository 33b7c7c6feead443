#include "vector_functions.h"

#define BODY "vector_functions_body.h"
#include "forms.h"

assay_unary_function assay_unary_for(assay_unary function, assay_isa isa) {
  if ((unsigned)function >= assay_unary_count) return NULL;
  return FORM_FOR(isa, unary_functions)[function];
}
