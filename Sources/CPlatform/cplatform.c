#define _GNU_SOURCE
#include "cplatform.h"
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

int coldtrail_punch_hole(int descriptor, int64_t offset, int64_t length) {
#ifdef FALLOC_FL_PUNCH_HOLE
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, offset, length);
#else
    (void)descriptor, (void)offset, (void)length;
    return -1;
#endif
}

void coldtrail_tune_allocator(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
#endif
}
