#include "quantized_tiles.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

int assay_has_byte_tiles(void) {
#if defined(__linux__)
  // From the kernel's interface for features that a process has to ask for: request the use of tile data.
  enum { request_permission = 0x1023, tile_data = 18 };
  __builtin_cpu_init();
  if (assay_detect_isa() != assay_isa_avx512_vnni || !__builtin_cpu_supports("amx-int8")) return 0;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
  return 0;
#endif
}

#define TILES __attribute__((target("amx-int8,amx-tile,avx512f,evex512")))

typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_configuration;

/// Tiles 0 to 3 hold sums (the upper and the lower pixels times the left and the right panel), 4 and 5 pixels, 6 and 7 weights.
static TILES void configure(int rows) {
  const uint8_t upper = (uint8_t)(rows < 16 ? rows : 16), lower = (uint8_t)(rows > 16 ? rows - 16 : 1);
  tile_configuration configuration;
  memset(&configuration, 0, sizeof configuration);
  configuration.palette = 1;
  for (int tile = 0; tile < 8; tile++) configuration.row_bytes[tile] = 64;
  const uint8_t counts[8] = {upper, upper, lower, lower, upper, lower, 16, 16};
  memcpy(configuration.rows, counts, sizeof counts);
  _tile_loadconfig(&configuration);
}

/// The two flags, lower pixels and a right panel, are constants wherever this is called.
static inline __attribute__((always_inline)) TILES void multiply_tiles(const assay_byte_block *block, int has_lower,
                                                                       int has_right) {
  const size_t step = (size_t)block->a_step;
  const int8_t *left = block->b, *right = block->b + (has_right ? block->panel_bytes : 0);
  _tile_zero(0);
  if (has_right) _tile_zero(1);
  if (has_lower) _tile_zero(2);
  if (has_lower && has_right) _tile_zero(3);
  for (int32_t segment = 0; segment < block->segments; segment++) {
    const uint8_t *upper = block->a + block->segment_offsets[segment], *lower = upper + (has_lower ? 16 * step : 0);
    for (int32_t group = 0; group < block->groups; group += 16) {
      _tile_loadd(6, left, 64);
      _tile_loadd(4, upper, step);
      _tile_dpbusd(0, 4, 6);
      if (has_right) {
        _tile_loadd(7, right, 64);
        _tile_dpbusd(1, 4, 7);
        right += 1024;
      }
      if (has_lower) {
        _tile_loadd(5, lower, step);
        _tile_dpbusd(2, 5, 6);
        lower += 64;
      }
      if (has_lower && has_right) _tile_dpbusd(3, 5, 7);
      left += 1024;
      upper += 64;
    }
  }
  _tile_stored(0, block->sums, 128);
  if (has_right) _tile_stored(1, block->sums + 16, 128);
  if (has_lower) _tile_stored(2, block->sums + 16 * 32, 128);
  if (has_lower && has_right) _tile_stored(3, block->sums + 16 * 32 + 16, 128);
}

TILES void assay_byte_tiles_block(assay_byte_block *block, int rows, int panels) {
  if (block->state != rows) {
    configure(rows);
    block->state = rows;
  }
  if (panels == 2)
    rows > 16 ? multiply_tiles(block, 1, 1) : multiply_tiles(block, 0, 1);
  else
    rows > 16 ? multiply_tiles(block, 1, 0) : multiply_tiles(block, 0, 0);
}

TILES void assay_byte_tiles_end(void) { _tile_release(); }

#else
int assay_has_byte_tiles(void) { return 0; }
#endif
