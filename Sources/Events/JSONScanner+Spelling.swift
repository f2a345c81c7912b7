extension JSONScanner {
    /// A string's text as it stands in the line.
    struct Spelled {
        var text: UnsafeRawBufferPointer
        /// Whether it is as `ShortEscapes` spell it; else it is the decoded text.
        var isSpelled: Bool
    }

    /// Reads the rest of a string whose opening quote was read, like `readString`, but leaves its escapes as they are if
    /// each is the only short one for its character. Nil if it is not well formed.
    ///
    /// 64 bytes are compared at once, and which of them are escaped is computed for all, so that a text full of escapes is
    /// read without a branch for each: a run of backslashes that begins at an odd place is added to itself, which carries to
    /// the place behind its end (Langdale and Lemire, Parsing Gigabytes of JSON per Second, 3.1.1).
    @inline(__always)
    mutating func readSpelled(_ arena: inout TextArena) -> Spelled? {
        let start = position
        var hasOthers = false
        /// 1 after a backslash that escapes the next byte.
        var carry: UInt64 = 0
        while end - position >= 64 {
            let bytes = Block(position)
            // Not well formed, which the slow way tells.
            if bytes.hasControls { break }
            let backslashes = bytes.places(of: 0x5C)
            let quotes = bytes.places(of: 0x22)
            let escaping = backslashes & ~carry
            let following = escaping << 1 | carry
            let even: UInt64 = 0x5555_5555_5555_5555
            let (sum, overflow) = (escaping & ~even & ~following).addingReportingOverflow(escaping)
            let escaped = (even ^ sum << 1) & following
            let stop = quotes & ~escaped
            let others = escaped & ~(backslashes | quotes)
            if others != 0 {
                // All below the first stop.
                let inside = (stop & (0 &- stop)) &- 1
                if others & inside & ~bytes.placesOfLetters != 0 { hasOthers = true }
            }
            if stop != 0 {
                position += stop.trailingZeroBitCount
                return finish(from: start, hasOthers: hasOthers, &arena)
            }
            carry = overflow ? 1 : 0
            position += 64
        }
        return readLastSpelled(from: start, isEscaping: carry != 0, hasOthers: hasOthers, &arena)
    }

    /// The last bytes of a line, or of one that is not well formed, one by one.
    @inline(never)
    private mutating func readLastSpelled(
        from start: UnsafePointer<UInt8>, isEscaping: Bool, hasOthers: Bool,
        _ arena: inout TextArena
    ) -> Spelled? {
        var (isEscaping, hasOthers) = (isEscaping, hasOthers)
        while position < end {
            let byte = position.pointee
            if byte < 0x20 { return nil }
            if isEscaping {
                if ShortEscapes.meanings[Int(byte)] == 0 { hasOthers = true }
                isEscaping = false
            } else if byte == 0x5C {
                isEscaping = true
            } else if byte == 0x22 {
                return finish(from: start, hasOthers: hasOthers, &arena)
            }
            position += 1
        }
        return nil
    }

    /// At the closing quote, or a control character.
    @inline(__always)
    private mutating func finish(
        from start: UnsafePointer<UInt8>, hasOthers: Bool, _ arena: inout TextArena
    ) -> Spelled? {
        guard position.pointee == UInt8(ascii: "\"") else { return nil }
        if hasOthers {
            position = start
            return readString(&arena).map { Spelled(text: $0, isSpelled: false) }
        }
        let text = UnsafeRawBufferPointer(start: start, count: position - start)
        position += 1
        return Spelled(text: text, isSpelled: true)
    }

    /// 64 bytes of a text.
    private struct Block {
        private typealias Bytes = SIMD16<UInt8>

        private let bytes: (Bytes, Bytes, Bytes, Bytes)

        @inline(__always)
        init(_ start: UnsafePointer<UInt8>) {
            let start = UnsafeRawPointer(start)
            bytes = (
                start.loadUnaligned(as: Bytes.self), start.loadUnaligned(fromByteOffset: 16, as: Bytes.self),
                start.loadUnaligned(fromByteOffset: 32, as: Bytes.self),
                start.loadUnaligned(fromByteOffset: 48, as: Bytes.self)
            )
        }

        @inline(__always)
        var hasControls: Bool {
            let low = Self.lanes(bytes.0, below: 0x20) | Self.lanes(bytes.1, below: 0x20)
            let high = Self.lanes(bytes.2, below: 0x20) | Self.lanes(bytes.3, below: 0x20)
            let words = unsafeBitCast(low | high, to: SIMD2<UInt64>.self)
            return words[0] | words[1] != 0
        }

        /// A bit for each byte that is `byte`, the first byte's lowest.
        @inline(__always)
        func places(of byte: UInt8) -> UInt64 {
            Self.places(
                Self.lanes(bytes.0, equalTo: byte), Self.lanes(bytes.1, equalTo: byte),
                Self.lanes(bytes.2, equalTo: byte), Self.lanes(bytes.3, equalTo: byte))
        }

        /// A bit for each letter that may stand after a backslash in a short escape.
        var placesOfLetters: UInt64 {
            Self.places(
                Self.letters(bytes.0), Self.letters(bytes.1), Self.letters(bytes.2), Self.letters(bytes.3))
        }

        @inline(__always)
        private static func letters(_ bytes: Bytes) -> Bytes {
            lanes(bytes, equalTo: 0x62) | lanes(bytes, equalTo: 0x66) | lanes(bytes, equalTo: 0x6E)
                | lanes(bytes, equalTo: 0x72) | lanes(bytes, equalTo: 0x74)
        }

        /// A bit for each byte that is 255; the others are 0.
        @inline(__always)
        private static func places(_ a: Bytes, _ b: Bytes, _ c: Bytes, _ d: Bytes) -> UInt64 {
            // Of each eight bytes another bit is kept, so that eight times eight fit a number: its rows are the columns of the
            // result (Warren, Hacker's Delight, 7-3).
            let kept = a & bits(0) | b & bits(2) | c & bits(4) | d & bits(6)
            let words = unsafeBitCast(kept, to: SIMD2<UInt64>.self)
            var rows = UInt64(littleEndian: words[0]) | UInt64(littleEndian: words[1])
            var moved = (rows ^ rows >> 7) & 0x00AA_00AA_00AA_00AA
            rows ^= moved ^ moved << 7
            moved = (rows ^ rows >> 14) & 0x0000_CCCC_0000_CCCC
            rows ^= moved ^ moved << 14
            moved = (rows ^ rows >> 28) & 0x0000_0000_F0F0_F0F0
            return rows ^ moved ^ moved << 28
        }

        @inline(__always)
        private static func bits(_ first: UInt64) -> Bytes {
            let all: UInt64 = 0x0101_0101_0101_0101
            return unsafeBitCast(SIMD2<UInt64>(all << first, all << (first + 1)), to: Bytes.self)
        }

        // The types are spelled out: with inferred ones the compiler takes the general operators, which go byte by byte.

        /// 255 for each byte that is `byte`, else 0.
        @inline(__always)
        private static func lanes(_ bytes: Bytes, equalTo byte: UInt8) -> Bytes {
            let mask: SIMDMask<SIMD16<Int8>> = bytes .== SIMD16<UInt8>(repeating: byte)
            return unsafeBitCast(mask, to: Bytes.self)
        }

        /// 255 for each byte that is less than `limit`, else 0.
        @inline(__always)
        private static func lanes(_ bytes: Bytes, below limit: UInt8) -> Bytes {
            let mask: SIMDMask<SIMD16<Int8>> = bytes .< SIMD16<UInt8>(repeating: limit)
            return unsafeBitCast(mask, to: Bytes.self)
        }
    }
}
