// 14 pixels x 32 channels: 28 sums, 2 vectors of weights and a broadcast pixel in 31 of 32 registers.
#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,prfchw"))), apply_to = function)
#define ASSAY_LANES 16
#define ASSAY_SUFFIX avx512
#define ASSAY_WIDEST_1 14
#define ASSAY_WIDEST_2 14
#include "convolution_isa.h"
#pragma clang attribute pop
#endif
typedef int assay_not_empty_avx512;
