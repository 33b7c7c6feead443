#ifndef CMICROKERNELS_H
#define CMICROKERNELS_H

#include "convolution.h"
#include "cores.h"
#include "hints.h"
#include "isa.h"

#endif
