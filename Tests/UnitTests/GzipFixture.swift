import CZlib
import Gzip

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// gzip sources made for the tests, and what a reader makes of them.
enum GzipFixture {
    /// The optional parts of a member's header (RFC 1952, 2.3).
    struct Header {
        var extra: [UInt8]?
        var name: String?
        var comment: String?
        var hasChecksum = false
        var reservedFlags: UInt8 = 0
    }

    /// How the deflate data are made.
    struct Deflate {
        var level: Int32 = 6
        /// Content bytes after which the current block is ended; nil leaves it to zlib.
        var blockLength: Int?
    }

    static func member(_ content: [UInt8], header: Header = Header(), deflate: Deflate = Deflate()) -> [UInt8] {
        headerBytes(header) + rawDeflate(content, deflate) + trailer(content)
    }

    static func headerBytes(_ header: Header) -> [UInt8] {
        var flags = header.reservedFlags
        if header.hasChecksum { flags |= 1 << 1 }
        if header.extra != nil { flags |= 1 << 2 }
        if header.name != nil { flags |= 1 << 3 }
        if header.comment != nil { flags |= 1 << 4 }
        var bytes: [UInt8] = [0x1f, 0x8b, 8, flags, 0x12, 0x34, 0x56, 0x78, 0, 3]
        if let extra = header.extra { bytes += [UInt8(extra.count & 255), UInt8(extra.count >> 8)] + extra }
        if let name = header.name { bytes += Array(name.utf8) + [0] }
        if let comment = header.comment { bytes += Array(comment.utf8) + [0] }
        if header.hasChecksum {
            let checksum = checksum(bytes)
            bytes += [UInt8(checksum & 255), UInt8(checksum >> 8 & 255)]
        }
        return bytes
    }

    static func trailer(_ content: [UInt8]) -> [UInt8] {
        littleEndian(checksum(content)) + littleEndian(UInt32(truncatingIfNeeded: content.count))
    }

    static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(0, bytes, bytes.count))
    }

    static func rawDeflate(_ content: [UInt8], _ options: Deflate) -> [UInt8] {
        var stream = z_stream()
        precondition(coldtrail_deflateInit2(&stream, options.level, -MAX_WBITS) == Z_OK)
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: content.count * 2 + 1 << 16)
        var input = content
        let length = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                var begin = 0
                repeat {
                    let end = min(input.count, begin + (options.blockLength ?? input.count))
                    stream.next_in = input.baseAddress.map { $0 + begin }
                    stream.avail_in = UInt32(end - begin)
                    // Z_BLOCK ends a block without aligning the next one to a byte.
                    let status = CZlib.deflate(&stream, end == input.count ? Z_FINISH : Z_BLOCK)
                    precondition(status == Z_OK || status == Z_STREAM_END)
                    begin = end
                } while begin < input.count
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<length])
    }

    /// JSON lines that differ from seed to seed.
    static func lines(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = TestRandom(seed: seed)
        var bytes: [UInt8] = []
        for number in 0..<count {
            let address = "10.0.\(random.next() & 255).\(random.next() & 255)"
            bytes += Array(
                #"{"event.id":"\#(number)-\#(random.next())","source.ip":"\#(address)","event.kind":"alert"}"#.utf8)
            bytes.append(10)
        }
        return bytes
    }

    /// Everything a reader says about a source.
    struct Reading: Equatable {
        var format: ContentReader.Format
        var content: [UInt8]
        var damage: ContentDamage?
        var lastDamage: ContentDamage?
        var verified: UInt64
        var sourceBytes: UInt64
        /// Whether `onSource` saw exactly the source.
        var sawSource: Bool
    }

    /// A source in a temporary file, to be read any number of times.
    final class SourceFile {
        private let source: [UInt8]
        private let file: UnsafeMutablePointer<FILE>

        init(_ source: [UInt8]) throws {
            guard let file = tmpfile() else { throw FixtureError() }
            self.source = source
            self.file = file
            let written = source.isEmpty || fwrite(source, source.count, 1, file) == 1
            guard written, fflush(file) == 0 else { throw FixtureError() }
        }

        deinit {
            fclose(file)
        }

        /// Reads it to its end.
        func read(
            engine: ContentReader.Engine = .fastest, bufferSize: Int = 1 << 16, step: Int = 1 << 16
        ) throws -> Reading {
            rewind(file)
            return try GzipFixture.read(
                descriptor: fileno(file), source, engine: engine, bufferSize: bufferSize, step: step)
        }
    }

    static func read(
        _ source: [UInt8], engine: ContentReader.Engine = .fastest, bufferSize: Int = 1 << 16, step: Int = 1 << 16
    ) throws -> Reading {
        try SourceFile(source).read(engine: engine, bufferSize: bufferSize, step: step)
    }

    static func read(
        descriptor: Int32, _ source: [UInt8], engine: ContentReader.Engine, bufferSize: Int, step: Int
    ) throws -> Reading {
        var seen: [UInt8] = []
        let reader = try ContentReader(descriptor: descriptor, bufferSize: bufferSize, engine: engine) {
            seen.append(contentsOf: $0)
        }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: step)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
            if count == 0 { break }
            content.append(contentsOf: buffer[..<count])
        }
        let again = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
        try reader.finish()
        guard again == 0, reader.contentBytes == UInt64(content.count) else { throw FixtureError() }
        return Reading(
            format: reader.format, content: content, damage: reader.damage, lastDamage: reader.lastDamage,
            verified: reader.verifiedContentBytes, sourceBytes: reader.sourceBytes, sawSource: seen == source)
    }

    struct FixtureError: Error {}
}

/// A small deterministic generator (SplitMix64).
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
