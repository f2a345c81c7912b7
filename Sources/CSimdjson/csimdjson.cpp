#include "csimdjson.h"
#include <new>
#include <simdjson.h>

struct csimdjson_parser {
    simdjson::dom::parser parser;
};

static_assert(CSIMDJSON_PADDING >= simdjson::SIMDJSON_PADDING, "padding");

extern "C" csimdjson_parser *csimdjson_create(void) { return new (std::nothrow) csimdjson_parser(); }

extern "C" void csimdjson_destroy(csimdjson_parser *parser) { delete parser; }

extern "C" int csimdjson_accepts_object(csimdjson_parser *parser, const uint8_t *bytes, size_t length) {
    simdjson::dom::element root;
    if (parser->parser.parse(bytes, length, false).get(root)) return 0;
    return root.is_object() ? 1 : 0;
}
