import CZlib

/// Compresses bytes to one gzip member (RFC 1952) with zlib.
///
/// A large member can be made of blocks that are compressed in parallel, each with the 32 KB before it as its
/// dictionary, as pigz does. The header holds neither a time nor a name: the same bytes, level and zlib version
/// give the same member.
public enum GzipEncoder {
    /// One whole gzip member.
    ///
    /// - Parameter level: 0 (stored) to 9 (smallest); others are taken as the nearest of these.
    public static func compress(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        let block = block(bytes, after: [], level: level)
        var checksum = Checksum()
        checksum.add(block)
        return header + block.compressed + end(checksum)
    }

    /// A part of a member: deflate blocks that end at a byte's end, and are not the member's last.
    struct Block: Sendable {
        var compressed: [UInt8]
        /// CRC-32 of the content.
        var crc: UInt
        /// Length of the content in bytes.
        var size: Int
    }

    /// CRC-32 and length of everything in a member.
    struct Checksum {
        fileprivate var crc: UInt = 0
        fileprivate var size = 0

        mutating func add(_ block: Block) {
            crc = size == 0 ? block.crc : crc32_combine(crc, block.crc, block.size)
            size += block.size
        }
    }

    /// Deflate, no time, no name, written on Unix.
    static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

    /// An empty last block (RFC 1951, fixed codes), the checksum and the length.
    static func end(_ checksum: Checksum) -> [UInt8] {
        var bytes: [UInt8] = [3, 0]
        for shift in stride(from: UInt(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: checksum.crc >> shift))
        }
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: checksum.size >> shift)) }
        return bytes
    }

    /// Compresses `bytes`, less than 2 GB, that follow `previous` (of which the last 32 KB are looked at).
    static func block(_ bytes: [UInt8], after previous: [UInt8], level: Int) -> Block {
        // zlib keeps a pointer back to its stream, which must therefore not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        // Minus 15: a window of 32 KB, and no header.
        let status = coldtrail_deflateInit2(stream, Int32(min(9, max(0, level))), -15)
        precondition(status == Z_OK, "zlib could not start: status \(status)")
        defer { deflateEnd(stream) }
        let dictionary = previous.suffix(1 << 15)
        dictionary.withUnsafeBufferPointer { _ = deflateSetDictionary(stream, $0.baseAddress, UInt32($0.count)) }
        // A flush adds an empty stored block of at most 6 bytes, and may say no more than that it is done.
        let room = Int(deflateBound(stream, UInt(bytes.count))) + 64
        let compressed = [UInt8](unsafeUninitializedCapacity: room) { space, count in
            bytes.withUnsafeBufferPointer { input in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = space.baseAddress
                stream.pointee.avail_out = UInt32(room)
                let status = deflate(stream, Z_SYNC_FLUSH)
                precondition(
                    stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0, "zlib failed: status \(status)")
                count = room - Int(stream.pointee.avail_out)
            }
        }
        let crc = bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return Block(compressed: compressed, crc: crc, size: bytes.count)
    }
}
