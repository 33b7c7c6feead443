// What Swift cannot say to a processor: that it is waiting.
#ifndef ASSAY_HINTS_H
#define ASSAY_HINTS_H

/// Tells the processor that the surrounding loop only waits for another thread.
static inline void assay_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
