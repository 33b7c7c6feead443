#ifndef CMICROKERNELS_H
#define CMICROKERNELS_H

#include "convolution.h"
#include "isa.h"

#endif
