#include "cre2shim.h"
#include <new>
#include <re2/re2.h>

struct coldtrail_re2 {
    re2::RE2 regex;
    coldtrail_re2(re2::StringPiece pattern, const re2::RE2::Options &options) : regex(pattern, options) {}
};

extern "C" coldtrail_re2_status coldtrail_re2_create(
    const char *pattern, size_t length, int64_t max_memory, coldtrail_re2 **out) {
    *out = nullptr;
    try {
        re2::RE2::Options options;
        options.set_max_mem(max_memory);
        options.set_log_errors(false);
        options.set_never_capture(true);
        auto *created = new coldtrail_re2(re2::StringPiece(pattern, length), options);
        if (created->regex.ok()) {
            *out = created;
            return COLDTRAIL_RE2_OK;
        }
        auto code = created->regex.error_code();
        delete created;
        bool is_too_large = code == re2::RE2::ErrorPatternTooLarge || code == re2::RE2::ErrorRepeatSize;
        return is_too_large ? COLDTRAIL_RE2_TOO_LARGE : COLDTRAIL_RE2_BAD_PATTERN;
    } catch (const std::bad_alloc &) {
        return COLDTRAIL_RE2_NO_MEMORY;
    }
}

extern "C" void coldtrail_re2_destroy(coldtrail_re2 *regex) { delete regex; }

extern "C" int coldtrail_re2_matches(const coldtrail_re2 *regex, const char *text, size_t length, int is_whole) {
    auto anchor = is_whole ? re2::RE2::ANCHOR_BOTH : re2::RE2::UNANCHORED;
    return regex->regex.Match(re2::StringPiece(text, length), 0, length, anchor, nullptr, 0) ? 1 : 0;
}
