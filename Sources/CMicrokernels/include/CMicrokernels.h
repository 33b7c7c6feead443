#ifndef CMICROKERNELS_H
#define CMICROKERNELS_H

#include "cores.h"
#include "hints.h"
#include "isa.h"

#endif
