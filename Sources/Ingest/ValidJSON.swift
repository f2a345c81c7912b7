import Events

/// Movement through JSON text that a validator has accepted: no check is repeated here.
///
/// Every function takes a pointer into the text and returns the one after what it skipped.
enum ValidJSON {
    typealias Bytes = UnsafePointer<UInt8>

    @inline(__always)
    static func skipSpace(_ at: Bytes) -> Bytes {
        var at = at
        while at.pointee == 0x20 || at.pointee == 0x09 || at.pointee == 0x0D || at.pointee == 0x0A { at += 1 }
        return at
    }

    /// From the opening quote to just after the closing one; `escaped` tells whether a backslash was met.
    @inline(__always)
    static func skipString(_ at: Bytes, escaped: inout Bool) -> Bytes {
        var at = at + 1
        while true {
            // Eight bytes at a time: a byte is special if it equals '"' or '\'.
            let word = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self)
            let quote = word ^ 0x2222_2222_2222_2222
            let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let low: UInt64 = 0x0101_0101_0101_0101
            let hit = ((quote &- low) & ~quote | (slash &- low) & ~slash) & 0x8080_8080_8080_8080
            if hit == 0 {
                at += 8
                continue
            }
            at += hit.trailingZeroBitCount >> 3
            if at.pointee == 0x22 { return at + 1 }
            escaped = true
            at += 2
        }
    }

    /// A number, true, false or null.
    @inline(__always)
    static func skipScalar(_ at: Bytes) -> Bytes {
        var at = at
        while true {
            switch at.pointee {
            case 0x2C, 0x7D, 0x5D, 0x20, 0x09, 0x0D, 0x0A: return at
            default: at += 1
            }
        }
    }

    /// From the opening bracket to just after the closing one, at any depth; says whether an object stands in it.
    static func skipContainer(_ at: Bytes, holdsObject: inout Bool) -> Bytes {
        var at = at
        var depth = 0
        var escaped = false
        while true {
            switch at.pointee {
            case 0x22:
                at = skipString(at, escaped: &escaped)
                continue
            case 0x5B: depth &+= 1
            case 0x7B:
                depth &+= 1
                holdsObject = true
            case 0x5D, 0x7D:
                depth &-= 1
                if depth == 0 { return at + 1 }
            default: break
            }
            at += 1
        }
    }

    /// Any value.
    @inline(__always)
    static func skipValue(_ at: Bytes) -> Bytes {
        var ignored = false
        switch at.pointee {
        case 0x22: return skipString(at, escaped: &ignored)
        case 0x5B, 0x7B: return skipContainer(at, holdsObject: &ignored)
        default: return skipScalar(at)
        }
    }

    /// What a letter after a backslash stands for; 0 for `u`.
    private nonisolated(unsafe) static let escapes: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in 0..<256 { table[byte] = UInt8(byte) }
        for (letter, byte) in [(0x62, 0x08), (0x66, 0x0C), (0x6E, 0x0A), (0x72, 0x0D), (0x74, 0x09), (0x75, 0)] {
            table[letter] = UInt8(byte)
        }
        return UnsafePointer(table)
    }()

    /// Decodes what stands between a string's quotes; `out` needs as many bytes as the source has, plus 16, and 8 bytes
    /// behind the source must be readable.
    ///
    /// A surrogate escape without its partner reads as U+FFFD (R14).
    static func unescape(_ source: Bytes, _ count: Int, into out: UnsafeMutablePointer<UInt8>) -> Int {
        var at = source
        let end = source + count
        var written = out
        while true {
            // Eight bytes a step up to the next backslash; what is copied too much is written over.
            let word = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self)
            UnsafeMutableRawPointer(written).storeBytes(of: word, as: UInt64.self)
            let hit = marks(of: 0x5C5C_5C5C_5C5C_5C5C, in: word)
            let clean = hit == 0 ? 8 : hit.trailingZeroBitCount >> 3
            if end - at <= clean { return written - out + (end - at) }
            at += clean
            written += clean
            if clean < 8 { decodeEscape(&at, &written) }
        }
    }

    /// Reads a string from its opening quote in one pass: finds its end and decodes its escapes.
    ///
    /// - Parameters:
    ///   - out: gets the decoded text if there is an escape, and anything otherwise; it needs as many bytes as the source
    ///     has, plus 16.
    /// - Returns: the place after the closing quote; the decoded text's length, or nil if nothing is escaped.
    @inline(__always)
    static func readString(
        _ quote: Bytes, into out: UnsafeMutablePointer<UInt8>
    ) -> (end: Bytes, decoded: Int?) {
        // Most strings hold no escape: nothing is copied up to the first.
        var at = quote + 1
        while true {
            let word = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self)
            let hit = marks(of: 0x2222_2222_2222_2222, in: word) | marks(of: 0x5C5C_5C5C_5C5C_5C5C, in: word)
            if hit == 0 {
                at += 8
                continue
            }
            at += hit.trailingZeroBitCount >> 3
            if at.pointee == 0x22 { return (at + 1, nil) }
            return readEscapedString(quote + 1, firstEscape: at, into: out)
        }
    }

    private static func readEscapedString(
        _ start: Bytes, firstEscape: Bytes, into out: UnsafeMutablePointer<UInt8>
    ) -> (end: Bytes, decoded: Int?) {
        out.update(from: start, count: firstEscape - start)
        var at = firstEscape
        var written = out + (firstEscape - start)
        decodeEscape(&at, &written)
        while true {
            let word = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self)
            UnsafeMutableRawPointer(written).storeBytes(of: word, as: UInt64.self)
            let hit = marks(of: 0x2222_2222_2222_2222, in: word) | marks(of: 0x5C5C_5C5C_5C5C_5C5C, in: word)
            if hit == 0 {
                at += 8
                written += 8
                continue
            }
            let clean = hit.trailingZeroBitCount >> 3
            at += clean
            written += clean
            if at.pointee == 0x22 { return (at + 1, written - out) }
            decodeEscape(&at, &written)
        }
    }

    /// The top bit of the first byte of `word` that equals the pattern's; bits above it mean nothing.
    @inline(__always)
    private static func marks(of pattern: UInt64, in word: UInt64) -> UInt64 {
        let difference = word ^ pattern
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }

    /// Decodes one escape, from its backslash.
    @inline(__always)
    private static func decodeEscape(_ at: inout Bytes, _ written: inout UnsafeMutablePointer<UInt8>) {
        let meant = escapes[Int(at[1])]
        at += 2
        if meant != 0 {
            written.pointee = meant
            written += 1
        } else {
            decodeScalar(&at, &written)
        }
    }

    /// Decodes the four digits after `\u`, and the escape behind them if the two are a pair of surrogates. Text that
    /// the validator has accepted ends in a quote, so looking ahead needs no bound.
    private static func decodeScalar(_ at: inout Bytes, _ written: inout UnsafeMutablePointer<UInt8>) {
        var scalar = hex4(at)
        at += 4
        if scalar >= 0xD800, scalar < 0xE000 {
            var low: UInt32 = 0
            if scalar < 0xDC00, at[0] == 0x5C, at[1] == 0x75 { low = hex4(at + 2) }
            if low >= 0xDC00, low < 0xE000 {
                scalar = 0x10000 &+ (scalar &- 0xD800) << 10 &+ (low &- 0xDC00)
                at += 6
            } else {
                scalar = 0xFFFD
            }
        }
        written += Tokenizer.appendScalar(scalar, to: written)
    }

    private static func hex4(_ at: Bytes) -> UInt32 {
        var value: UInt32 = 0
        for i in 0..<4 {
            let byte = UInt32(at[i])
            value = value << 4 | (byte <= 0x39 ? byte &- 0x30 : (byte | 0x20) &- 0x57)
        }
        return value
    }
}
