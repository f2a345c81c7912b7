/// How the codes of a row's events lie before they are compressed (docs/archive-format.md, "Fields"). Each is stored as its
/// distance from the row's least code.
enum CodeLayout: Equatable {
    /// So many bytes a code, 1 to 4: the lowest bytes of all codes, then their next bytes, and so on. For codes that rise
    /// or repeat, so that bytes of one place look alike.
    case planes(Int)
    /// So many bits a code, 0 to 32, one code after the other, lowest bits first. For codes that have no order.
    case bits(Int)

    private static let bitsFlag = 32

    /// Nil if there is no such layout.
    init?(stored: Int64) {
        switch stored {
        case 1...4: self = .planes(Int(stored))
        case 32...64: self = .bits(Int(stored) - Self.bitsFlag)
        default: return nil
        }
    }

    /// The column `width` of the row.
    var stored: Int64 {
        switch self {
        case .planes(let bytes): Int64(bytes)
        case .bits(let bits): Int64(bits + Self.bitsFlag)
        }
    }

    /// The layouts worth trying for distances up to `highest`.
    static func candidates(highest: UInt32) -> [CodeLayout] {
        let bits = UInt32.bitWidth - highest.leadingZeroBitCount
        let bytes = max(1, (bits + 7) / 8)
        return bits == 8 || bits == 0 ? [.bits(bits)] : [.bits(bits), .planes(bytes)]
    }

    /// Bytes of `count` codes.
    func size(_ count: Int) -> Int {
        switch self {
        case .planes(let bytes): count * bytes
        case .bits(let bits): (count * bits + 7) / 8
        }
    }

    /// Bytes of a code when it is unpacked: 1, 2 or 4.
    var width: Int {
        let bits =
            switch self {
            case .planes(let bytes): 8 * bytes
            case .bits(let bits): bits
            }
        return bits <= 8 ? 1 : bits <= 16 ? 2 : 4
    }

    /// Replaces what `out` holds.
    ///
    /// - Parameters:
    ///   - codes: none less than `low`.
    func write(_ codes: [UInt32], low: UInt32, into out: inout [UInt8]) {
        out.removeAll(keepingCapacity: true)
        switch self {
        case .planes(let bytes):
            for place in 0..<bytes {
                let shift = UInt32(8 * place)
                for code in codes { out.append(UInt8(truncatingIfNeeded: (code - low) >> shift)) }
            }
        case .bits(let bits):
            var held: UInt64 = 0
            var heldBits = 0
            for code in codes {
                held |= UInt64(code - low) << UInt64(heldBits)
                heldBits += bits
                while heldBits >= 8 {
                    out.append(UInt8(truncatingIfNeeded: held))
                    held >>= 8
                    heldBits -= 8
                }
            }
            if heldBits > 0 { out.append(UInt8(truncatingIfNeeded: held)) }
        }
    }

    /// Bytes behind the content that `unpack` may read.
    static let slack = 8

    /// Makes distances of `width` bytes each, little-endian.
    ///
    /// - Parameters:
    ///   - content: of `size(count)` bytes, with `slack` readable bytes behind.
    ///   - room: for `count` distances, aligned for them.
    func unpack(_ content: UnsafeRawPointer, count: Int, into room: UnsafeMutableRawPointer) {
        switch width {
        case 1: unpack(content, count, room.assumingMemoryBound(to: UInt8.self))
        case 2: unpack(content, count, room.assumingMemoryBound(to: UInt16.self))
        default: unpack(content, count, room.assumingMemoryBound(to: UInt32.self))
        }
    }

    @inline(__always)
    private func unpack<Code: FixedWidthInteger & UnsignedInteger>(
        _ content: UnsafeRawPointer, _ count: Int, _ codes: UnsafeMutablePointer<Code>
    ) {
        let bytes = content.assumingMemoryBound(to: UInt8.self)
        switch self {
        case .planes(1), .bits(8):
            for place in 0..<count { codes[place] = Code(truncatingIfNeeded: bytes[place]).littleEndian }
        case .planes(2):
            for place in 0..<count {
                let low = Code(truncatingIfNeeded: bytes[place])
                codes[place] = (low | Code(truncatingIfNeeded: UInt16(bytes[count &+ place]) &<< 8)).littleEndian
            }
        case .planes(let planes):
            for place in 0..<count {
                var code: UInt32 = 0
                for plane in 0..<planes { code |= UInt32(bytes[plane &* count &+ place]) &<< UInt32(8 &* plane) }
                codes[place] = Code(truncatingIfNeeded: code).littleEndian
            }
        case .bits(let bits):
            let mask: UInt64 = (1 << UInt64(bits)) - 1
            var at = 0
            for place in 0..<count {
                let word = content.loadUnaligned(fromByteOffset: at &>> 3, as: UInt64.self).littleEndian
                codes[place] = Code(truncatingIfNeeded: (word &>> UInt64(at & 7)) & mask).littleEndian
                at &+= bits
            }
        }
    }
}
