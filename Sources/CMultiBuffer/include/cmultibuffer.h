#ifndef COLDTRAIL_CMULTIBUFFER_H
#define COLDTRAIL_CMULTIBUFFER_H
#include <stddef.h>
#include <stdint.h>

/// SHA-256 of several messages side by side, with the Multi-Buffer Crypto library (libIPSec_MB), which is loaded when it is
/// first asked for. For one thread at a time.
typedef struct cmultibuffer cmultibuffer;

/// Null where the library, or the processor's SHA instructions, are not at hand.
cmultibuffer *cmultibuffer_create(void);

void cmultibuffer_destroy(cmultibuffer *buffer);

/// Hashes the messages that lie one after the other from `bytes` on; message i ends before `ends[i]` and is not empty.
/// Writes 32 bytes for each. Returns 0, or -1 if the library could not do it: then `digests` is undefined.
int cmultibuffer_sha256(cmultibuffer *buffer, const uint8_t *bytes, const size_t *ends, size_t count, uint8_t *digests);
#endif
