// On how many cores this process may run.
#ifndef ASSAY_CORES_H
#define ASSAY_CORES_H

/// At least 1.
int assay_available_cores(void);

#endif
