#ifndef COLDTRAIL_CPLATFORM_H
#define COLDTRAIL_CPLATFORM_H
#include <stddef.h>
#include <stdint.h>

/// Gives the disk space of a range of a file back; 0 on success, -1 where the file system cannot.
int coldtrail_punch_hole(int descriptor, int64_t offset, int64_t length);

/// Lets freed memory stay with the heap it came from, up to 64 MiB each, and heaps grow by 1 MiB at least: to be called before there are other threads.
void coldtrail_keep_heap(void);

/// Lets the calling thread's heap grow at once by so many bytes (at most 48 MiB, after `coldtrail_keep_heap`), on large pages
/// where the system has them: thousands of small pages cost a short query more than its work.
void coldtrail_reserve_heap(size_t bytes);

/// Keeps the allocator from holding freed memory per thread, so that the peak stays near what is in use.
void coldtrail_tune_allocator(void);
#endif
