// Which instruction set this processor and its operating system offer, and which one kernels use.
#ifndef ASSAY_ISA_H
#define ASSAY_ISA_H

#include <stdint.h>

typedef enum {
  assay_isa_portable = 0,
  assay_isa_avx2 = 1,        // AVX2 + FMA + F16C
  assay_isa_avx512 = 2,      // AVX-512 F, BW, DQ, VL
  assay_isa_avx512_vnni = 3, // the above + VNNI (8-bit integer dot products)
  assay_isa_neon = 4,
} assay_isa;

/// The widest form that runs here.
assay_isa assay_detect_isa(void);

#endif
