#ifndef COLDTRAIL_CPLATFORM_H
#define COLDTRAIL_CPLATFORM_H
#include <stdint.h>

/// Gives the disk space of a range of a file back; 0 on success, -1 where the file system cannot.
int coldtrail_punch_hole(int descriptor, int64_t offset, int64_t length);

/// Keeps the allocator from holding freed memory per thread, so that the peak stays near what is in use.
void coldtrail_tune_allocator(void);
#endif
