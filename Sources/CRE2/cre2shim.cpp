#include "cre2shim.h"
#include <new>
#include <re2/re2.h>
#include <vector>

struct coldtrail_re2 {
    re2::RE2 regex;
    coldtrail_re2(re2::StringPiece pattern, const re2::RE2::Options &options) : regex(pattern, options) {}
};

static coldtrail_re2_status create(
    const char *pattern, size_t length, int64_t max_memory, bool captures, coldtrail_re2 **out) {
    *out = nullptr;
    try {
        re2::RE2::Options options;
        options.set_max_mem(max_memory);
        options.set_log_errors(false);
        options.set_never_capture(!captures);
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

extern "C" coldtrail_re2_status coldtrail_re2_create(
    const char *pattern, size_t length, int64_t max_memory, coldtrail_re2 **out) {
    return create(pattern, length, max_memory, false, out);
}

extern "C" coldtrail_re2_status coldtrail_re2_create_capturing(
    const char *pattern, size_t length, int64_t max_memory, coldtrail_re2 **out) {
    return create(pattern, length, max_memory, true, out);
}

extern "C" int coldtrail_re2_find(
    const coldtrail_re2 *regex, const char *text, size_t length, size_t start, int64_t *places, int count) {
    if (start > length || count < 1 || count > 1001) return 0;
    re2::StringPiece whole(text, length);
    try {
        std::vector<re2::StringPiece> groups(count);
        if (!regex->regex.Match(whole, start, length, re2::RE2::UNANCHORED, groups.data(), count)) return 0;
        for (int i = 0; i < count; i++) {
            bool took_part = groups[i].data() != nullptr;
            places[2 * i] = took_part ? groups[i].data() - text : -1;
            places[2 * i + 1] = took_part ? groups[i].data() - text + (int64_t)groups[i].size() : -1;
        }
        return 1;
    } catch (const std::bad_alloc &) {
        return 0;
    }
}

extern "C" void coldtrail_re2_destroy(coldtrail_re2 *regex) { delete regex; }

extern "C" int coldtrail_re2_matches(const coldtrail_re2 *regex, const char *text, size_t length, int is_whole) {
    auto anchor = is_whole ? re2::RE2::ANCHOR_BOTH : re2::RE2::UNANCHORED;
    return regex->regex.Match(re2::StringPiece(text, length), 0, length, anchor, nullptr, 0) ? 1 : 0;
}
