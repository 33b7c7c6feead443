// Vectors of four floats, which the compiler maps to what the target has. Where there are 32 registers (NEON), 6
// pixels x 16 channels; elsewhere 2 pixels x 16 channels: 8 sums in 16 registers.
#define ASSAY_LANES 4
#define ASSAY_SUFFIX portable
#if defined(__aarch64__)
#define ASSAY_WIDEST_1 6
#else
#define ASSAY_WIDEST_1 2
#endif
#define ASSAY_WIDEST_2 0
#include "convolution_isa.h"
