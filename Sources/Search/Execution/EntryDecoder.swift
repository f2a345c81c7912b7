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
        // An entry is a value at least.
        guard !entry.isEmpty else { throw ArchiveError(.damaged, "a column's entry is not JSON") }
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

    /// Whether the entry is several values.
    static func holdsSeveral(_ entry: UnsafeRawBufferPointer) -> Bool { contains(0x0A, entry) }

    /// The kind of an entry that is a single scalar without escapes; nil for any other.
    private func plainKind(_ entry: UnsafeRawBufferPointer) -> ValueKind? {
        guard entry.count > 0, !Self.contains(0x0A, entry) else { return nil }
        switch entry[0] {
        case UInt8(ascii: "\""):
            guard entry.count >= 2, entry[entry.count - 1] == UInt8(ascii: "\""),
                !Self.contains(UInt8(ascii: "\\"), entry)
            else { return nil }
            return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        default: return nil
        }
    }

    /// Most entries are short: no function is called for them.
    @inline(__always)
    private static func contains(_ byte: UInt8, _ entry: UnsafeRawBufferPointer) -> Bool {
        guard let base = entry.baseAddress else { return false }
        if entry.count < 8 || entry.count > 24 { return memchr(base, Int32(byte), entry.count) != nil }
        let ones: UInt64 = 0x0101_0101_0101_0101
        let pattern = UInt64(byte) &* ones
        /// A byte is zero where it is the one; the high bit of the lowest of these gets set, at least.
        func marks(_ place: Int) -> UInt64 {
            let difference = base.loadUnaligned(fromByteOffset: place, as: UInt64.self) ^ pattern
            return (difference &- ones) & ~difference & (ones << 7)
        }
        var found = marks(0) | marks(entry.count - 8)
        if entry.count > 16 { found |= marks(8) }
        return found != 0
    }
}
