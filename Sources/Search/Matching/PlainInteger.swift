/// Short JSON integers as they are written, read eight bytes at a time.
enum PlainInteger {
    /// The number that a text of 1 to 8 digits without leading zeros is; nil for any other text.
    ///
    /// - Parameter end: of the memory that may be read, at or behind the text's end.
    @inline(__always)
    static func value(_ text: UnsafeRawBufferPointer, readableTo end: UnsafeRawPointer) -> Int64? {
        guard let start = text.baseAddress, 1...8 ~= text.count else { return nil }
        let word: UInt64
        if start + 8 <= end {
            word = start.loadUnaligned(as: UInt64.self).littleEndian
        } else {
            var bytes: UInt64 = 0
            for place in 0..<text.count { bytes |= UInt64(text[place]) << UInt64(8 * place) }
            word = bytes
        }
        if word & 0xFF == 0x30, text.count > 1 { return nil }
        // The last digit in the highest byte; what is missing in front is 0. Each byte less the character 0 is a digit if
        // neither it nor it plus 118 has the high bit.
        let unused = UInt64(64 - 8 * text.count)
        let zeros: UInt64 = 0x3030_3030_3030_3030
        let digits = (word &<< unused) &- (zeros &<< unused)
        guard (digits | (digits &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0 else { return nil }
        // Pairs, fours, eight: each step joins neighbours, of which the lower one has the higher digits.
        let pairs = (digits &* (10 << 8 | 1)) &>> 8 & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* (100 << 16 | 1)) &>> 16 & 0x0000_FFFF_0000_FFFF
        return Int64(truncatingIfNeeded: (fours &* (10_000 << 32 | 1)) &>> 32)
    }
}
