#ifndef COLDTRAIL_CRE2SHIM_H
#define COLDTRAIL_CRE2SHIM_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct coldtrail_re2 coldtrail_re2;

typedef enum {
    COLDTRAIL_RE2_OK = 0,
    /// The automaton would need more than the memory allowed.
    COLDTRAIL_RE2_TOO_LARGE = 1,
    /// RE2 does not accept the pattern.
    COLDTRAIL_RE2_BAD_PATTERN = 2,
    COLDTRAIL_RE2_NO_MEMORY = 3,
} coldtrail_re2_status;

/// Compiles a pattern in RE2's syntax, UTF-8, nothing captured, nothing logged.
/// max_memory: bytes for the program and the states it is running with; matching takes time linear in the text
/// whatever the pattern, and never more memory.
/// On any status but OK *out is NULL.
coldtrail_re2_status coldtrail_re2_create(const char *pattern, size_t length, int64_t max_memory, coldtrail_re2 **out);
/// The same for an expression whose groups are wanted; leftmost match, first alternative.
coldtrail_re2_status coldtrail_re2_create_capturing(
    const char *pattern, size_t length, int64_t max_memory, coldtrail_re2 **out);

/// 1 if the text matches somewhere at or after `start` (what stands before it is seen by ^ and \\b), else 0.
/// places: 2 * count numbers, start and end of the whole match and of count - 1 groups in bytes; -1 for a group that
/// took no part. count is at most 1001.
int coldtrail_re2_find(
    const coldtrail_re2 *regex, const char *text, size_t length, size_t start, int64_t *places, int count);

void coldtrail_re2_destroy(coldtrail_re2 *regex);

/// 1 if the text (UTF-8) matches, else 0. is_whole: from its first to its last byte, else anywhere in it.
/// Any number of threads may use one regex at a time.
int coldtrail_re2_matches(const coldtrail_re2 *regex, const char *text, size_t length, int is_whole);

#ifdef __cplusplus
}
#endif
#endif
