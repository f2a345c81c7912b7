/// Receives the tokens of a text, in order.
public protocol TokenSink {
    /// One token.
    ///
    /// - Parameters:
    ///   - bytes: the folded token (R32), 1...128 bytes, valid during the call. At least 8 bytes after it are readable.
    ///   - length: bytes of the folded token.
    ///   - start: offset of the token's first byte in the source text.
    ///   - end: offset just after the token's last byte in the source text.
    mutating func token(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int)

    /// The extra token of an IPv4 address in dotted form that occupies `start..<end` of the source text.
    mutating func addressToken(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int)
}

/// Cuts texts into tokens: runs of word characters (R31), each folded by R32 and cut at 128 bytes on a scalar border.
///
/// Besides, every four numbers of 0...255 without leading zeros that are joined by single dots give one token
/// `ip4x` + 8 hexadecimal digits, so that an address is found as a whole wherever it stands. Ingest and search share
/// this code, so a term of a query is always the term of the index.
public enum Tokenizer {
    /// Longest token in bytes.
    public static let longestToken = 128
    /// Bytes that a scratch buffer must have.
    public static let scratchBytes = 256

    /// Per byte: 0 is an ASCII separator, 0xFF starts a non-ASCII scalar, anything else is the folded ASCII byte.
    public nonisolated(unsafe) static let classes: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in 0..<256 {
            switch UInt8(byte) {
            case 0x30...0x39, 0x61...0x7A: table[byte] = UInt8(byte)
            case 0x41...0x5A: table[byte] = UInt8(byte) | 0x20
            case 0x80...0xFF: table[byte] = 0xFF
            default: table[byte] = 0
            }
        }
        return UnsafePointer(table)
    }()

    /// Tokenizes valid UTF-8.
    ///
    /// - Parameter scratch: at least `scratchBytes` bytes, overwritten.
    @inlinable
    public static func tokenize<Sink: TokenSink>(
        _ text: UnsafeRawBufferPointer,
        scratch: UnsafeMutablePointer<UInt8>,
        classes: UnsafePointer<UInt8>,
        sink: inout Sink
    ) {
        guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let count = text.count
        var at = 0
        var octets: UInt32 = 0
        var octetRun = 0
        var octetStarts: (Int, Int, Int, Int) = (0, 0, 0, 0)
        var previousEnd = -1
        while at < count {
            let first = classes[Int(base[at])]
            if first == 0 {
                at &+= 1
                continue
            }
            let start = at
            var length = 0
            if first != 0xFF {
                scratch[0] = first
                length = 1
                at &+= 1
            }
            var full = false
            scan: while at < count {
                let folded = classes[Int(base[at])]
                if folded == 0 { break }
                if folded != 0xFF {
                    if length < longestToken, !full {
                        scratch[length] = folded
                        length &+= 1
                    } else {
                        full = true
                    }
                    at &+= 1
                    continue
                }
                let (scalar, size) = UTF8Text.decodeScalar(base + at, base + count)
                if !WordCharacters.isWord(scalar) {
                    if at == start {
                        at &+= size
                        length = 0
                    }
                    break scan
                }
                if !full {
                    let added = appendScalar(WordCharacters.fold(scalar), to: scratch + length)
                    if length &+ added > longestToken { full = true } else { length &+= added }
                }
                at &+= size
            }
            if length == 0 { continue }
            sink.token(scratch, length: length, start: start, end: at)
            if length <= 3, at &- start == length, let octet = octet(scratch, length) {
                if octetRun > 0, start == previousEnd &+ 1, base[previousEnd] == 0x2E {
                    octetRun &+= 1
                } else {
                    octetRun = 1
                }
                octets = octets << 8 | octet
                octetStarts = (octetStarts.1, octetStarts.2, octetStarts.3, start)
                previousEnd = at
                if octetRun >= 4 {
                    writeAddress(octets, to: scratch)
                    sink.addressToken(scratch, length: 12, start: octetStarts.0, end: at)
                }
            } else {
                octetRun = 0
            }
        }
    }

    /// Writes `scalar` as UTF-8 and returns its length; up to four bytes are written.
    @inlinable
    public static func appendScalar(_ scalar: UInt32, to out: UnsafeMutablePointer<UInt8>) -> Int {
        if scalar < 0x80 {
            out[0] = UInt8(truncatingIfNeeded: scalar)
            return 1
        }
        if scalar < 0x800 {
            out[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
            out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
            return 2
        }
        if scalar < 0x10000 {
            out[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
            out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
            out[2] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
            return 3
        }
        out[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
        out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F)
        out[2] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
        out[3] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
        return 4
    }

    @inlinable
    static func octet(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> UInt32? {
        var value: UInt32 = 0
        for i in 0..<length {
            let digit = UInt32(bytes[i]) &- 0x30
            if digit > 9 { return nil }
            value = value &* 10 &+ digit
        }
        if value > 255 || (length > 1 && bytes[0] == 0x30) { return nil }
        return value
    }

    @inlinable
    static func writeAddress(_ octets: UInt32, to out: UnsafeMutablePointer<UInt8>) {
        out[0] = 0x69  // i
        out[1] = 0x70  // p
        out[2] = 0x34  // 4
        out[3] = 0x78  // x
        for i in 0..<8 {
            let nibble = UInt8(truncatingIfNeeded: octets >> UInt32(28 &- 4 &* i) & 0xF)
            out[4 &+ i] = nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
        }
    }

    /// How many bytes of a folded word its token has: 128 or, on the border of a scalar, up to three less.
    public static func tokenLength(ofFolded word: [UInt8]) -> Int {
        guard word.count > longestToken else { return word.count }
        var end = longestToken
        while end > 0, word[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}
