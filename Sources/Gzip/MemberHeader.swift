import CZlib

/// What reading a gzip member's header came to (RFC 1952, section 2.3).
enum MemberHeader {
    case accepted
    /// Readable, but wrong in a way that does not keep its data from being decoded.
    case doubtful(String)
    case unusable(String)
    case truncated

    private static let magic: [UInt8] = [0x1f, 0x8b]
    private static let deflate: UInt8 = 8

    /// Flag bits of a header.
    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let headerChecksum = Flags(rawValue: 1 << 1)
        static let extra = Flags(rawValue: 1 << 2)
        static let name = Flags(rawValue: 1 << 3)
        static let comment = Flags(rawValue: 1 << 4)
        static let reserved = Flags(rawValue: 0b1110_0000)
    }

    /// Whether bytes begin as a gzip member does.
    static func hasMagic(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 2 && bytes[0] == magic[0] && bytes[1] == magic[1]
    }

    /// Whether bytes after a member are the next member, perhaps with one of the first three bytes damaged, rather
    /// than something foreign. At the source's end one byte of the magic is enough.
    static func looksLikeMember(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch bytes.count {
        case 0: false
        case 1: bytes[0] == magic[0]
        case 2: hasMagic(bytes)
        case _:
            (bytes[0] == magic[0] ? 1 : 0) + (bytes[1] == magic[1] ? 1 : 0) + (bytes[2] == deflate ? 1 : 0) >= 2
        }
    }

    /// Consumes one header. Names and comments may have any length: they are skipped byte by byte, never stored.
    static func read(from source: SourceBuffer) throws(ReadError) -> MemberHeader {
        var parser = Parser(source: source)
        do {
            return try parser.parse()
        } catch {
            switch error {
            case .endOfSource: return .truncated
            case .reading(let error): throw error
            }
        }
    }

    private enum Interruption: Error {
        case endOfSource
        case reading(ReadError)
    }

    private struct Parser {
        let source: SourceBuffer
        var checksum: UInt = 0

        mutating func parse() throws(Interruption) -> MemberHeader {
            let first = try byte()
            let second = try byte()
            guard first == MemberHeader.magic[0], second == MemberHeader.magic[1] else {
                return .unusable("it does not begin with the bytes 1f 8b")
            }
            let method = try byte()
            guard method == MemberHeader.deflate else { return .unusable("compression method \(method) is unknown") }
            let flags = Flags(rawValue: try byte())
            // Modification time, extra flags, operating system.
            try skip(6)
            if flags.contains(.extra) {
                let low = try byte()
                let high = try byte()
                try skip(Int(low) | Int(high) << 8)
            }
            if flags.contains(.name) { try skipText() }
            if flags.contains(.comment) { try skipText() }
            if flags.contains(.headerChecksum) {
                let expected = UInt16(truncatingIfNeeded: checksum)
                let low = try byte()
                let high = try byte()
                guard UInt16(low) | UInt16(high) << 8 == expected else {
                    return .doubtful("its header fails its own checksum")
                }
            }
            // RFC 1952 asks for an error here, since a reserved bit may announce a field unknown to us. The member's
            // own CRC tells whether its data were understood.
            guard flags.isDisjoint(with: .reserved) else { return .doubtful("its header has reserved flags set") }
            return .accepted
        }

        mutating func byte() throws(Interruption) -> UInt8 {
            let next: UInt8?
            do {
                next = try source.next()
            } catch {
                throw .reading(error)
            }
            guard var value = next else { throw .endOfSource }
            checksum = crc32(checksum, &value, 1)
            return value
        }

        mutating func skip(_ count: Int) throws(Interruption) {
            for _ in 0..<count { _ = try byte() }
        }

        mutating func skipText() throws(Interruption) {
            while try byte() != 0 {}
        }
    }
}
