// The form for AMX: tiles of 16 pixels x 16 channels, 64 bytes deep.
#ifndef ASSAY_QUANTIZED_TILES_H
#define ASSAY_QUANTIZED_TILES_H

#include "quantized_image.h"

/// Up to 32 pixels and 2 panels.
void assay_byte_tiles_block(assay_byte_block *block, int rows, int panels);
void assay_byte_tiles_end(void);

#endif
