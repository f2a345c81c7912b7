/// Reads the tokens of a JSON text that is known to be valid UTF-8, strictly by RFC 8259.
struct JSONScanner {
    /// The next byte to read.
    var position: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>

    /// Skips white space; the byte after it, or 0 (which no token begins with) at the end.
    @inline(__always)
    mutating func peek() -> UInt8 {
        while position < end {
            let byte = position.pointee
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return 0
    }

    /// Steps over the bytes of `word` if they are next.
    mutating func skip(_ word: StaticString) -> Bool {
        guard end - position >= word.utf8CodeUnitCount else { return false }
        for offset in 0..<word.utf8CodeUnitCount where position[offset] != word.utf8Start[offset] { return false }
        position += word.utf8CodeUnitCount
        return true
    }

    /// Steps over `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`; false if none is next.
    @inline(__always)
    mutating func skipNumber() -> Bool {
        if position < end, position.pointee == UInt8(ascii: "-") { position += 1 }
        if position < end, position.pointee == UInt8(ascii: "0") {
            position += 1
        } else if !skipDigits() {
            return false
        }
        if position < end, position.pointee == UInt8(ascii: ".") {
            position += 1
            if !skipDigits() { return false }
        }
        if position < end, position.pointee | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < end, position.pointee == UInt8(ascii: "-") || position.pointee == UInt8(ascii: "+") {
                position += 1
            }
            if !skipDigits() { return false }
        }
        return true
    }

    /// Steps over one or more digits.
    @inline(__always)
    private mutating func skipDigits() -> Bool {
        let start = position
        while position < end, position.pointee &- UInt8(ascii: "0") <= 9 { position += 1 }
        return position > start
    }

    /// Reads the rest of a string whose opening quote was read: its text is in the line if it has no escape,
    /// else in the arena. Nil if it is not well formed.
    @inline(__always)
    mutating func readString(_ arena: inout TextArena) -> UnsafeRawBufferPointer? {
        let start = position
        position = Self.special(from: start, end)
        if position < end, position.pointee == UInt8(ascii: "\"") {
            let text = UnsafeRawBufferPointer(start: start, count: position - start)
            position += 1
            return text
        }
        return readEscaped(from: start, &arena)
    }

    /// The first quote, backslash or control character, or `end`. Eight bytes a step.
    @inline(__always)
    private static func special(
        from start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var p = start
        while end - p >= 8 {
            let found = specialBytes(UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self)))
            if found != 0 { return p + found.trailingZeroBitCount / 8 }
            p += 8
        }
        while p < end, !isSpecial(p.pointee) { p += 1 }
        return p
    }

    /// The lowest bit set is the top bit of the first byte that is special; 0 if none is.
    @inline(__always)
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // (x - 1) & ~x has the top bit of the lowest zero byte; bits above it may be wrong, but are not used.
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found = (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word
        return found & (ones &* 0x80)
    }

    @inline(__always)
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Goes on where `readString` met something else than the closing quote.
    @inline(never)
    private mutating func readEscaped(
        from start: UnsafePointer<UInt8>, _ arena: inout TextArena
    ) -> UnsafeRawBufferPointer? {
        let text = arena.top(restOfLine: end - start)
        var out = text
        out.update(from: start, count: position - start)
        out += position - start
        let meanings = Self.meanings
        while position < end {
            if position.pointee == UInt8(ascii: "\\"), end - position >= 2 {
                let meant = meanings[Int(position[1])]
                if meant != 0 {
                    out.pointee = meant
                    out += 1
                    position += 2
                } else {
                    position += 1
                    guard position.pointee == UInt8(ascii: "u") else { return nil }
                    position += 1
                    guard readUnicodeEscape(&out) else { return nil }
                }
                copyRun(&out)
            } else if position.pointee == UInt8(ascii: "\"") {
                position += 1
                arena.keep(out - text)
                return UnsafeRawBufferPointer(start: text, count: out - text)
            } else {
                return nil  // a control character, or a backslash at the end
            }
        }
        return nil
    }

    /// What a byte after a backslash stands for; 0 for `u` and for what must not follow one.
    private nonisolated(unsafe) static let meanings: UnsafePointer<UInt8> = {
        // Safe to share: never written again, and never freed.
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        table.initialize(repeating: 0, count: 256)
        let pairs: [(UInt8, UInt8)] = [
            (0x22, 0x22), (0x5C, 0x5C), (0x2F, 0x2F), (0x62, 0x08), (0x66, 0x0C), (0x6E, 0x0A), (0x72, 0x0D),
            (0x74, 0x09),
        ]
        for (letter, byte) in pairs { table[Int(letter)] = byte }
        return UnsafePointer(table)
    }()

    /// Copies up to the next special byte, eight bytes a step; the arena has room for the last step's excess.
    @inline(__always)
    private mutating func copyRun(_ out: inout UnsafeMutablePointer<UInt8>) {
        while end - position >= 8 {
            let word = UnsafeRawPointer(position).loadUnaligned(as: UInt64.self)
            UnsafeMutableRawPointer(out).storeBytes(of: word, as: UInt64.self)
            let found = Self.specialBytes(UInt64(littleEndian: word))
            let count = found == 0 ? 8 : found.trailingZeroBitCount / 8
            position += count
            out += count
            if found != 0 { return }
        }
        while position < end, !Self.isSpecial(position.pointee) {
            out.pointee = position.pointee
            position += 1
            out += 1
        }
    }

    /// Decodes `XXXX` or `XXXX\uXXXX`; a surrogate without its partner reads as U+FFFD.
    private mutating func readUnicodeEscape(_ out: inout UnsafeMutablePointer<UInt8>) -> Bool {
        guard var scalar = readHex() else { return false }
        if scalar >= 0xD800, scalar <= 0xDBFF {
            let afterFirst = position
            if end - position >= 2, position[0] == UInt8(ascii: "\\"), position[1] == UInt8(ascii: "u") {
                position += 2
                guard let second = readHex() else { return false }
                if second >= 0xDC00, second <= 0xDFFF {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (second - 0xDC00)
                } else {
                    position = afterFirst  // the second stands for itself
                }
            }
        }
        if scalar >= 0xD800, scalar <= 0xDFFF { scalar = 0xFFFD }
        write(scalar, &out)
        return true
    }

    private mutating func readHex() -> UInt32? {
        guard end - position >= 4 else { return nil }
        var number: UInt32 = 0
        for _ in 0..<4 {
            let byte = position.pointee
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt32(byte - 0x30)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                number = number << 4 | UInt32((byte | 0x20) - 0x61 + 10)
            default: return nil
            }
            position += 1
        }
        return number
    }

    private func write(_ scalar: UInt32, _ out: inout UnsafeMutablePointer<UInt8>) {
        func put(_ bits: UInt32) {
            out.pointee = UInt8(truncatingIfNeeded: bits)
            out += 1
        }
        if scalar < 0x80 { return put(scalar) }
        if scalar < 0x800 {
            put(0xC0 | scalar >> 6)
        } else {
            if scalar < 0x10000 {
                put(0xE0 | scalar >> 12)
            } else {
                put(0xF0 | scalar >> 18)
                put(0x80 | scalar >> 12 & 0x3F)
            }
            put(0x80 | scalar >> 6 & 0x3F)
        }
        put(0x80 | scalar & 0x3F)
    }
}
