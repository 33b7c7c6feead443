// The forms of the instruction set in which a body of code is compiled. A family includes its body once for each form:
//
//   #define BODY "family_body.h"
//   #include "forms.h"
//
// The body sees LANES, FORM(name) and the vectors of vector.h.
#ifndef BODY
#error "BODY names the file to compile in every form"
#endif

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define ON_X86 1
#else
#define ON_X86 0
#endif

#if ON_X86
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,evex512"))), apply_to = function)
#define LANES 16
#define REGISTERS 32
#define FUSES 1
#define FORM(name) name##_avx512
#include "vector.h"
#include BODY
#include "end_form.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define LANES 8
#define REGISTERS 16
#define FUSES 1
#define FORM(name) name##_avx2
#include "vector.h"
#include BODY
#include "end_form.h"
#pragma clang attribute pop
#endif

// On aarch64 four lanes are NEON registers with fused multiplication; elsewhere whatever the baseline has.
#define LANES 4
#if defined(__aarch64__)
#define REGISTERS 32
#define FUSES 1
#else
#define REGISTERS 16
#define FUSES 0
#endif
#define FORM(name) name##_base
#include "vector.h"
#include BODY
#include "end_form.h"

/// The name of the form that serves an instruction set.
#if ON_X86
#define FORM_FOR(isa, name)                                                      \
  ((isa) == assay_isa_avx512 || (isa) == assay_isa_avx512_vnni ? name##_avx512   \
   : (isa) == assay_isa_avx2                                   ? name##_avx2     \
                                                               : name##_base)
#else
#define FORM_FOR(isa, name) ((void)(isa), name##_base)
#endif
