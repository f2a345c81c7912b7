#define _GNU_SOURCE
#include "cplatform.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
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

void coldtrail_keep_heap(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 16 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    // Other threads' heaps grow by a system call for each 4 KiB otherwise, which waits for those that touch new pages.
    mallopt(M_TOP_PAD, 1 << 20);
#endif
}

void coldtrail_reserve_heap(size_t bytes) {
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
    const uintptr_t page = 2 << 20;
    // Larger blocks would not come from the heap.
    const size_t most = 12 << 20;
    char *rooms[4];
    size_t count = 0;
    while (bytes > 0 && count < sizeof rooms / sizeof *rooms) {
        size_t size = bytes < most ? bytes : most;
        char *room = malloc(size);
        if (!room) break;
        uintptr_t start = ((uintptr_t)room + page - 1) & ~(page - 1);
        uintptr_t end = ((uintptr_t)room + size) & ~(page - 1);
        if (start < end) madvise((void *)start, end - start, MADV_HUGEPAGE);
        rooms[count++] = room;
        bytes -= size;
    }
    while (count > 0) free(rooms[--count]);
#else
    (void)bytes;
#endif
}

void coldtrail_tune_allocator(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
#endif
}
