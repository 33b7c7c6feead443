#ifndef CMICROKERNELS_H
#define CMICROKERNELS_H

#include "isa.h"

#endif
