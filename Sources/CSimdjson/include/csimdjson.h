#ifndef COLDTRAIL_CSIMDJSON_H
#define COLDTRAIL_CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct csimdjson_parser csimdjson_parser;

/// A reusable parser; NULL when memory is short. One thread at a time.
csimdjson_parser *csimdjson_create(void);
void csimdjson_destroy(csimdjson_parser *parser);

/// 1 if simdjson accepts the bytes as one JSON object in UTF-8, else 0 (which may also mean that the document is
/// legal but beyond simdjson, such as integers over 64 bits or lone surrogates: ask a slower validator).
/// At least CSIMDJSON_PADDING bytes after the document must be readable.
int csimdjson_accepts_object(csimdjson_parser *parser, const uint8_t *bytes, size_t length);

#define CSIMDJSON_PADDING 64
#ifdef __cplusplus
}
#endif
#endif
