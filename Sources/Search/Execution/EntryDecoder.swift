import Archive
import Events

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads the entries of a column's dictionary: a value's JSON text as written, or several joined by line feeds (which
/// never stand inside a JSON value: they end the line).
final class EntryDecoder {
    private let decoder = EventDecoder()
    private var wrapped: [UInt8] = []

    /// Calls `body` with each value of the entry until it returns false.
    ///
    /// - Throws: `ArchiveError.damaged` if the entry is not JSON.
    func forEachValue(of entry: UnsafeRawBufferPointer, _ body: (ValueKind, UnsafeRawBufferPointer) -> Bool) throws {
        if let (kind, text) = plainValue(of: entry) {
            _ = body(kind, text)
            return
        }
        wrapped.removeAll(keepingCapacity: true)
        wrapped.append(contentsOf: "{\"v\":[".utf8)
        for byte in entry { wrapped.append(byte == 0x0A ? UInt8(ascii: ",") : byte) }
        wrapped.append(contentsOf: "]}".utf8)
        try wrapped.withUnsafeBytes { bytes in
            guard decoder.decode(bytes) == nil else { throw ArchiveError(.damaged, "a column's entry is not JSON") }
            for value in decoder.values where value.kind != .null {
                if !body(value.kind, value.text) { return }
            }
        }
    }

    /// An entry that is a single scalar without escapes, its text where it lies; nil for any other.
    func plainValue(of entry: UnsafeRawBufferPointer) -> (kind: ValueKind, text: UnsafeRawBufferPointer)? {
        plainKind(entry).map { kind in
            (kind, UnsafeRawBufferPointer(rebasing: kind == .string ? entry[1..<entry.count - 1] : entry[...]))
        }
    }

    /// - Parameter fast: the test's fast form, if it has one.
    func matches(_ test: CompiledTest, _ fast: FastTest?, _ entry: UnsafeRawBufferPointer) throws -> Bool {
        if let fast, let (kind, text) = plainValue(of: entry), let verdict = fast.judge(kind, text) { return verdict }
        var found = false
        try forEachValue(of: entry) { kind, text in
            found = test.matches(kind: kind, text: text)
            return !found
        }
        return found
    }

    /// The kind of an entry that is a single scalar without escapes; nil for any other.
    private func plainKind(_ entry: UnsafeRawBufferPointer) -> ValueKind? {
        guard let base = entry.baseAddress, entry.count > 0, memchr(base, 0x0A, entry.count) == nil else { return nil }
        switch entry[0] {
        case UInt8(ascii: "\""):
            guard entry.count >= 2, entry[entry.count - 1] == UInt8(ascii: "\""),
                memchr(base, 0x5C, entry.count) == nil
            else { return nil }
            return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        default: return nil
        }
    }
}
