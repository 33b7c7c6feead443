// 6 pixels x 16 channels: 12 sums, 2 vectors of weights and a broadcast pixel in 15 of 16 registers.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define ASSAY_LANES 8
#define ASSAY_SUFFIX avx2
#define ASSAY_WIDEST_1 6
#define ASSAY_WIDEST_2 0
#include "convolution_isa.h"
#pragma clang attribute pop
#endif
typedef int assay_not_empty_avx2;
