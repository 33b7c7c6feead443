#ifndef CMICROKERNELS_H
#define CMICROKERNELS_H

#include "convolution.h"
#include "cores.h"
#include "gemm.h"
#include "hints.h"
#include "probes.h"
#include "isa.h"
#include "vector_functions.h"

#endif
