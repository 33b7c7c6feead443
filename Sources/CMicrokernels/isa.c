#include "isa.h"

assay_isa assay_detect_isa(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return __builtin_cpu_supports("avx512vnni") ? assay_isa_avx512_vnni : assay_isa_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c"))
    return assay_isa_avx2;
  return assay_isa_portable;
#elif defined(__aarch64__)
  return assay_isa_neon;
#else
  return assay_isa_portable;
#endif
}
