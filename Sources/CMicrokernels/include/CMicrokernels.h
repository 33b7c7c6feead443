#ifndef CMICROKERNELS_H
#define CMICROKERNELS_H

#include "calibration.h"
#include "convolution.h"
#include "cores.h"
#include "element_conversion.h"
#include "elementwise.h"
#include "gemm.h"
#include "hints.h"
#include "integer_planes.h"
#include "isa.h"
#include "linear_quantization.h"
#include "movement.h"
#include "probes.h"
#include "quantized_gemm.h"
#include "quantized_image.h"
#include "resizing.h"
#include "row_functions.h"
#include "sixteen_bit_floats.h"
#include "vector_functions.h"

#endif
