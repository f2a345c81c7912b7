/* Advanced dictionary calls (raw-content dictionaries by reference) are in the static-only part of the header;
   they have been stable since 1.4 and are exported by the shared library. */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
