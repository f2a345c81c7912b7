import Search
import SOLLanguage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What `contains`, `startswith` and `endswith` look for.
struct TextNeedle {
    private let test: TextTest
    private let ignoreCase: Bool
    private let bytes: [UInt8]
    private let needle: ByteNeedle

    init(_ text: String, _ test: TextTest, ignoreCase: Bool) {
        self.test = test
        self.ignoreCase = ignoreCase
        bytes = Array((ignoreCase ? Folding.folded(text) : text).utf8)
        needle = ByteNeedle(bytes)
    }

    func holds(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            let raw = UnsafeRawBufferPointer(utf8)
            guard ignoreCase else { return isFound(in: raw) }
            // Only in ASCII a byte is a character.
            if utf8.contains(where: { $0 >= 0x80 }) {
                var folded = Folding.folded(String(decoding: utf8, as: UTF8.self))
                return folded.withUTF8 { isFound(in: UnsafeRawBufferPointer($0)) }
            }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: utf8.count) { folded in
                for place in 0..<utf8.count {
                    let byte = utf8[place]
                    folded[place] = byte &- 0x41 < 26 ? byte | 0x20 : byte
                }
                return isFound(in: UnsafeRawBufferPointer(folded))
            }
        }
    }

    private func isFound(in text: UnsafeRawBufferPointer) -> Bool {
        if bytes.isEmpty { return true }
        guard text.count >= bytes.count, let base = text.baseAddress else { return false }
        return bytes.withUnsafeBytes { needle in
            guard let wanted = needle.baseAddress else { return true }
            switch test {
            case .contains: return self.needle.occurs(in: text)
            case .startswith: return memcmp(base, wanted, needle.count) == 0
            case .endswith: return memcmp(base + (text.count - needle.count), wanted, needle.count) == 0
            }
        }
    }
}
