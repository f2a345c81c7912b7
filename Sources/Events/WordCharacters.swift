/// What a word is made of, and how case is ignored, by Unicode tables frozen in this repository (EQL rules R31, R32).
///
/// Answers and stored terms never depend on the Unicode version of the Swift runtime.
public enum WordCharacters {
    /// The version of Unicode the tables are from, as in `14.0.0`.
    public static let unicodeVersion: String = UnicodeTables.version

    /// Whether the scalar is a letter, number, mark or private-use character (L*, N*, M*, Co). `_` is not one.
    ///
    /// False for surrogates and for numbers above U+10FFFF.
    @inlinable
    public static func isWord(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return isWordASCII(UInt8(truncatingIfNeeded: scalar)) }
        guard scalar < 0x110000 else { return false }
        return wordTables.wordBits[Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 != 0
    }

    /// Whether the byte is an ASCII letter or digit.
    @inlinable
    public static func isWordASCII(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
    }

    /// The lower-case mapping of the scalar if it is one scalar, else the scalar itself.
    ///
    /// `İ` (U+0130), whose lower case is two scalars, stays; so does `ſ` (U+017F), which is lower case.
    @inlinable
    public static func fold(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return scalar &- 0x41 < 26 ? scalar | 0x20 : scalar }
        guard scalar < 0x110000 else { return scalar }
        let tables = wordTables
        let page = Int(tables.lowerCasePages[Int(scalar >> 8)])
        let delta = tables.lowerCaseDeltas[page &* 256 &+ Int(scalar & 255)]
        return UInt32(bitPattern: Int32(bitPattern: scalar) &+ delta)
    }

    /// Replaces the content of `out` by the text with every scalar folded.
    ///
    /// The length in bytes may change either way. The text should be valid UTF-8; bytes that are not are copied.
    public static func folded(_ utf8: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        out.removeAll(keepingCapacity: true)
        guard var p = utf8.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let end = p + utf8.count
        while p < end {
            if p.pointee < 0x80 {
                let runEnd = UTF8Text.skipASCII(p, end)
                appendFoldedASCII(UnsafeBufferPointer(start: p, count: runEnd - p), to: &out)
                p = runEnd
                continue
            }
            let (scalar, length) = UTF8Text.decodeScalar(p, end)
            let lower = fold(scalar)
            if lower == scalar {
                for offset in 0..<length { out.append(p[offset]) }
            } else {
                UTF8Text.append(lower, to: &out)
            }
            p += length
        }
    }

    private static func appendFoldedASCII(_ run: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        let start = out.count
        out.append(contentsOf: run)
        out.withUnsafeMutableBufferPointer { out in
            // No branch, so that the compiler takes many bytes a step.
            for index in start..<out.count {
                let byte = out[index]
                out[index] = byte | (byte &- 0x41 < 26 ? 0x20 : 0)
            }
        }
    }
}
