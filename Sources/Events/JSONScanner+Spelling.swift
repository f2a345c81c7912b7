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
    /// Sixteen bytes are compared at once, and which backslashes are themselves escaped is looked up for eight, so that a
    /// text full of escapes is read without a branch for each.
    @inline(__always)
    mutating func readSpelled(_ arena: inout TextArena) -> Spelled? {
        let start = position
        var state = Spelling(table: Self.escapedLanes)
        while end - position >= 16 {
            let bytes = UnsafeRawPointer(position).loadUnaligned(as: SIMD16<UInt8>.self)
            let backslash = Self.lanes(bytes, equalTo: 0x5C)
            let quote = Self.lanes(bytes, equalTo: 0x22)
            let backslashes = Self.words(backslash)
            let stoppers = Self.words(quote | Self.lanes(bytes, below: 0x20))
            if backslashes.0 | backslashes.1 == 0, state.before == 0 {
                if stoppers.0 | stoppers.1 == 0 {
                    position += 16
                    continue
                }
                position +=
                    stoppers.0 == 0 ? 8 + stoppers.1.trailingZeroBitCount / 8 : stoppers.0.trailingZeroBitCount / 8
                return finish(from: start, hasOthers: state.others != 0, &arena)
            }
            let letter =
                Self.lanes(bytes, equalTo: 0x62) | Self.lanes(bytes, equalTo: 0x66) | Self.lanes(bytes, equalTo: 0x6E)
                | Self.lanes(bytes, equalTo: 0x72) | Self.lanes(bytes, equalTo: 0x74)
            let short = Self.words(letter | backslash | quote)
            var stop = state.take(backslashes.0, stoppers.0, short.0)
            if stop == 0 {
                position += 8
                stop = state.take(backslashes.1, stoppers.1, short.1)
            }
            if stop == 0 {
                position += 8
                continue
            }
            position += stop.trailingZeroBitCount / 8
            return finish(from: start, hasOthers: state.others != 0, &arena)
        }
        return readLastSpelled(
            from: start, isEscaping: state.before != 0, hasOthers: state.others != 0, &arena)
    }

    /// What is known of the bytes read so far.
    private struct Spelling {
        /// 256 after a backslash that escapes the next byte, else 0.
        var before = 0
        /// Not 0: an escape is not a short one.
        var others: UInt64 = 0
        private let table: UnsafePointer<UInt64>

        init(table: UnsafePointer<UInt64>) { self.table = table }

        /// Takes eight bytes, of which three kinds are known, each as 255: backslashes, where a text may end (quotes, and
        /// control characters, which are an error), and what a short escape may end with.
        ///
        /// - Returns: where the text ends. An escaped control character is none of the short escapes.
        @inline(__always)
        mutating func take(_ backslash: UInt64, _ stopper: UInt64, _ short: UInt64) -> UInt64 {
            let escaped = table[before | JSONScanner.bits(backslash)]
            before = Int(truncatingIfNeeded: (backslash & ~escaped) >> 63) << 8
            let stop = stopper & ~escaped
            // All below the first stop.
            let inside = (stop & (0 &- stop)) &- 1
            others |= escaped & ~short & inside
            return stop
        }
    }

    /// The last bytes of a line, one by one.
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

    private typealias Bytes = SIMD16<UInt8>

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

    /// Eight bytes a number, the first byte lowest.
    @inline(__always)
    private static func words(_ lanes: Bytes) -> (UInt64, UInt64) {
        let words = unsafeBitCast(lanes, to: SIMD2<UInt64>.self)
        return (UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]))
    }

    /// A bit of each byte that is 0 or 255, the first byte's lowest.
    @inline(__always)
    private static func bits(_ lanes: UInt64) -> Int {
        Int(truncatingIfNeeded: ((lanes & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) >> 56)
    }

    /// 255 for each of eight bytes that is escaped, by which of them are backslashes; from 256 on for eight bytes
    /// of which the first is escaped.
    private nonisolated(unsafe) static let escapedLanes: UnsafePointer<UInt64> = {
        // Safe to share: never written again, and never freed.
        let table = UnsafeMutablePointer<UInt64>.allocate(capacity: 512)
        for index in 0..<512 {
            var lanes: UInt64 = 0
            var isEscaped = index >= 256
            for place in 0..<8 {
                let isBackslash = index >> place & 1 != 0
                if isEscaped { lanes |= 0xFF << UInt64(8 * place) }
                isEscaped = isBackslash && !isEscaped
            }
            table[index] = lanes
        }
        return UnsafePointer(table)
    }()
}
