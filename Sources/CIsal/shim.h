#if __has_include(<isa-l/igzip_lib.h>)
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#else
#include <crc.h>
#include <igzip_lib.h>
#endif
/* Swift does not import arrays of more than 4,096 elements. The buffer begins with the history (up to 32 KiB of
   content already decoded); what a call decodes follows it. */
static inline uint8_t *coldtrail_isal_window(struct inflate_state *state) { return state->tmp_out_buffer; }
