import Gzip
import Testing

@Suite("Reading damaged gzip sources")
struct GzipDamageTests {
    /// Three members with all kinds of headers and blocks, small enough to try everything.
    private static let parts = [GzipFixture.lines(5), GzipFixture.lines(3, seed: 2), GzipFixture.lines(4, seed: 3)]
    private static let members = [
        GzipFixture.member(
            parts[0], header: .init(extra: [1, 2, 3], name: "a.jsonl", comment: "c", hasChecksum: true),
            deflate: .init(blockLength: 150)),
        GzipFixture.member(parts[1], deflate: .init(level: 0)),
        GzipFixture.member(parts[2], header: .init(name: "b")),
    ]
    private static let whole = members.flatMap { $0 }
    private static let content = parts.flatMap { $0 }

    /// Reads with zlib, and with all engines and the given buffer sizes; all must say the same.
    private static func read(
        _ source: [UInt8], engines: [ContentReader.Engine] = ContentReader.Engine.allCases,
        _ sizes: [(bufferSize: Int, step: Int)]
    ) throws -> GzipFixture.Reading {
        let file = try GzipFixture.SourceFile(source)
        let expected = try file.read(engine: .zlib)
        #expect(expected.sawSource)
        for (bufferSize, step) in sizes {
            for engine in engines {
                let reading = try file.read(engine: engine, bufferSize: bufferSize, step: step)
                #expect(reading == expected, "\(engine), buffer \(bufferSize), step \(step)")
            }
        }
        return expected
    }

    @Test("A source cut anywhere gives every byte before the cut, with both engines and any buffers")
    func truncatedAnywhere() throws {
        var delivered = 0
        for length in 2...Self.whole.count {
            let reading = try Self.read(Array(Self.whole[..<length]), [(64, 1), (100, 9), (1 << 16, 1 << 16)])
            #expect(Self.content.starts(with: reading.content))
            #expect(reading.content.count >= delivered, "a longer source gives no less")
            delivered = reading.content.count

            var memberEnd = 0
            var verified = 0
            for (member, part) in zip(Self.members, Self.parts) {
                if memberEnd + member.count > length { break }
                memberEnd += member.count
                verified += part.count
            }
            #expect(reading.verified == UInt64(verified))
            if memberEnd == length {
                #expect(reading.damage == nil)
            } else {
                #expect(reading.damage?.reason == .truncated)
                #expect(reading.damage?.compressedOffset == UInt64(length))
                #expect(reading.damage?.contentOffset == UInt64(delivered))
            }
        }
        #expect(delivered == Self.content.count)
    }

    @Test("A flipped bit anywhere is found or harmless, with both engines and any buffers")
    func flippedAnywhere() throws {
        var reasons: Set<ContentDamage.Reason> = []
        for bit in 16..<(Self.whole.count * 8) {
            var source = Self.whole
            source[bit / 8] ^= 1 << UInt8(bit % 8)
            let reading = try Self.read(source, engines: [.igzip], [(64, 50), (1 << 16, 1 << 16)])
            // Everything before the damaged member is there and verified.
            var before = 0
            var memberEnd = 0
            for (member, part) in zip(Self.members, Self.parts) {
                memberEnd += member.count
                if bit / 8 < memberEnd { break }
                before += part.count
            }
            #expect(reading.verified >= UInt64(before))
            #expect(reading.content.starts(with: Self.content[..<before]))
            guard let damage = reading.damage else {
                // For example the modification time.
                #expect(reading.content == Self.content && reading.verified == UInt64(Self.content.count))
                continue
            }
            reasons.insert(damage.reason)
            #expect(damage.compressedOffset <= UInt64(source.count))
            #expect(damage.contentOffset >= UInt64(before) && damage.contentOffset <= UInt64(reading.content.count))
            // What passed a checksum is what was compressed.
            #expect(reading.content.starts(with: Self.content[..<Int(reading.verified)]))
        }
        #expect(reasons == [.truncated, .badHeader, .badData, .crcMismatch, .lengthMismatch])
    }

    @Test("Large blocks: random damage and cuts give the same with both engines")
    func largeBlocks() throws {
        let content = GzipFixture.lines(5000)
        let source = GzipFixture.member(content, deflate: .init(blockLength: 200_000)) + GzipFixture.member(content)
        var random = TestRandom(seed: 7)
        for round in 0..<45 {
            var damaged = source
            let place = Int.random(in: 20..<source.count, using: &random)
            switch round % 3 {
            case 0: damaged[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 1:
                for byte in place..<min(place + 40, source.count) {
                    damaged[byte] = .random(in: 0...255, using: &random)
                }
            case _: damaged.removeSubrange(place...)
            }
            _ = try Self.read(damaged, engines: [.igzip], [(5000, 100_000), (1 << 18, 1 << 20)])
        }
    }

    @Test("Hostile blocks end with the same damage with both engines")
    func hostileBlocks() throws {
        // Deflate data bit by bit, as RFC 1951 counts: the last block, of type 1 (its lower bit first), then codes.
        let streams = [
            "1 11",  // the reserved block type
            "1 10 0000001 00000",  // a match of distance 1 before any content
            "1 10 01110001 0000001 00010 0000000",  // distance 3 after one byte
            "1 10 01110001 11000110 00000",  // length symbol 286
            "1 10 01110001 0000001 11110 0000000",  // distance symbol 30
            "1 10 01110001 0000001 11111 0000000",  // distance symbol 31
        ]
        let tails = [[], [UInt8](repeating: 0xff, count: 400), GzipFixture.lines(100)]
        for bits in streams {
            for tail in tails {
                let source = GzipFixture.headerBytes(.init()) + Self.packed(bits) + tail
                let reading = try Self.read(source, [(64, 1), (1 << 16, 1 << 16)])
                #expect(reading.damage?.reason == .badData, "\(bits)")
                #expect(reading.content == (bits.contains("01110001") ? [0x41] : []))
                #expect(reading.verified == 0)
            }
        }
    }

    @Test("Random bytes as compressed data: both engines say the same and never fail")
    func randomData() throws {
        var random = TestRandom(seed: 99)
        let header = GzipFixture.headerBytes(.init())
        for _ in 0..<2000 {
            var data = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            // Half of them Huffman-coded blocks: type 1 or 2.
            if !data.isEmpty, Bool.random(using: &random) {
                data[0] = data[0] & ~7 | .random(in: 2...5, using: &random)
            }
            _ = try Self.read(header + data, [(64, 50), (1 << 16, 1 << 16)])
        }
    }

    @Test("Bytes behind the last member are reported; the content is whole")
    func trailingGarbage() throws {
        for garbage in ["x", "\u{1f}x1", "garbage that goes on\n", "\0\0\0x", "{}\n"] {
            let bytes = Array(garbage.utf8)
            let reading = try Self.read(Self.whole + bytes, [(64, 100)])
            #expect(reading.content == Self.content && reading.verified == UInt64(Self.content.count))
            #expect(reading.damage?.reason == .trailingGarbage)
            let zeros = bytes.prefix { $0 == 0 }.count
            #expect(reading.damage?.compressedOffset == UInt64(Self.whole.count + zeros))
        }
    }

    @Test("Behind a member, a member with one damaged magic byte is a damaged member, not garbage")
    func damagedMagic() throws {
        for byte in 0..<3 {
            var second = Self.members[1]
            second[byte] ^= 0x10
            let reading = try Self.read(Self.members[0] + second, [(64, 100)])
            #expect(reading.damage?.reason == .badHeader)
            #expect(reading.damage?.compressedOffset == UInt64(Self.members[0].count))
            #expect(reading.content == Self.parts[0] && reading.verified == UInt64(Self.parts[0].count))
        }
    }

    @Test("A member that fails its checksum or length does not take the next ones with it")
    func decodingGoesOn() throws {
        for (offset, reason) in [(8, ContentDamage.Reason.crcMismatch), (4, .lengthMismatch)] {
            var second = Self.members[1]
            second[second.count - offset] ^= 1
            let trailer = UInt64(Self.members[0].count + second.count - 8)
            let reading = try Self.read(Self.members[0] + second + Self.members[2], [(64, 100)])
            #expect(reading.content == Self.content)
            #expect(reading.verified == UInt64(Self.parts[0].count))
            #expect(reading.damage?.reason == reason && reading.damage?.compressedOffset == trailer)
            #expect(reading.damage?.contentOffset == UInt64(Self.parts[0].count + Self.parts[1].count))

            let cut = try Self.read(Self.members[0] + second + Self.members[2].dropLast(9), [(64, 100)])
            #expect(cut.damage == reading.damage)
            #expect(cut.lastDamage?.reason == .truncated)
        }
    }

    @Test("A doubtful header is reported; its content counts if it passes its own checksum")
    func doubtfulHeaders() throws {
        var badChecksum = GzipFixture.headerBytes(.init(name: "a", hasChecksum: true))
        badChecksum[4] ^= 1
        for header in [badChecksum, GzipFixture.headerBytes(.init(reservedFlags: 0x20))] {
            let data = GzipFixture.rawDeflate(Self.content, .init())
            let reading = try Self.read(header + data + GzipFixture.trailer(Self.content), [(64, 100)])
            #expect(reading.content == Self.content && reading.verified == UInt64(Self.content.count))
            #expect(reading.damage?.reason == .badHeader && reading.damage?.compressedOffset == 0)
        }
        let unknownMethod = try Self.read([0x1f, 0x8b, 7] + Self.whole[3...], [(64, 100)])
        #expect(unknownMethod.damage?.reason == .badHeader && unknownMethod.content.isEmpty)
    }

    @Test("The damage's sentence names the place and the reason")
    func sentences() throws {
        let cut = try GzipFixture.read(Array(Self.members[0].dropLast(3)))
        #expect(cut.damage?.detail == "The file ends in the trailer of the gzip member at byte 0.")
    }

    /// Bits as characters, the first one in the lowest position of the first byte; padded with zeros.
    private static func packed(_ bits: String) -> [UInt8] {
        let digits = bits.filter { $0 != " " }
        var bytes = [UInt8](repeating: 0, count: (digits.count + 7) / 8)
        for (index, digit) in digits.enumerated() where digit == "1" {
            bytes[index / 8] |= 1 << UInt8(index % 8)
        }
        return bytes
    }
}
