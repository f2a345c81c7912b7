import Testing
import Zstd

@Suite("Zstd frames")
struct ZstdTests {
    static let level: Int32 = 3

    /// Compressible text that differs from seed to seed.
    static func lines(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        var bytes: [UInt8] = []
        for number in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes += Array(
                #"{"event.id":\#(number),"user.name":"user\#(state >> 58)","source.ip":"10.0.\#(state >> 60).7"}"#.utf8)
            bytes.append(10)
        }
        return bytes
    }

    static func compress(_ bytes: [UInt8], dictionary: ZstdDictionary? = nil) throws -> [UInt8] {
        var frame: [UInt8] = []
        let length = try bytes.withUnsafeBytes {
            try ZstdCompressor(level: level).compress($0, dictionary: dictionary, appendTo: &frame)
        }
        #expect(length == frame.count)
        return frame
    }

    static func decompress(
        _ frame: [UInt8], size: Int, room: Int? = nil, dictionary: ZstdDictionary? = nil
    ) throws -> [UInt8] {
        var content = [UInt8](repeating: 0xee, count: room ?? size)
        let decompressor = try ZstdDecompressor()
        try frame.withUnsafeBytes { frame in
            try content.withUnsafeMutableBytes {
                try decompressor.decompress(frame, dictionary: dictionary, expectedSize: size, into: $0)
            }
        }
        return content
    }

    /// The code of the error a decompression gives, nil if it gives none.
    static func refusal(_ frame: [UInt8], size: Int, dictionary: ZstdDictionary? = nil) -> ZstdError.Code? {
        do {
            _ = try decompress(frame, size: size, dictionary: dictionary)
            return nil
        } catch let error as ZstdError {
            return error.code
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("What was compressed comes back", arguments: [0, 1, 100, 5000])
    func roundTrip(lineCount: Int) throws {
        let content = Self.lines(lineCount, seed: 1)
        let frame = try Self.compress(content)
        #expect(try Self.decompress(frame, size: content.count) == content)
        #expect(frame.withUnsafeBytes(ZstdDecompressor.contentSize(of:)) == content.count)
    }

    @Test("Frames are appended, and bytes behind the room asked for stay")
    func appends() throws {
        let content = Self.lines(10, seed: 2)
        var output: [UInt8] = [1, 2, 3]
        let length = try content.withUnsafeBytes {
            try ZstdCompressor(level: 3).compress($0, dictionary: nil, appendTo: &output)
        }
        #expect(output.count == 3 + length)
        #expect(output.starts(with: [1, 2, 3]))
        let roomy = try Self.decompress(Array(output[3...]), size: content.count, room: content.count + 5)
        #expect(roomy == content + [UInt8](repeating: 0xee, count: 5))
    }

    @Test("A dictionary makes frames smaller, is needed to read them, and another one is refused")
    func dictionary() throws {
        let sample = Self.lines(2000, seed: 3)
        let other = Self.lines(2000, seed: 4)
        let content = Self.lines(200, seed: 5)
        let forCompression = try sample.withUnsafeBytes { try ZstdDictionary(forCompression: $0, level: Self.level) }
        let forReading = try sample.withUnsafeBytes { try ZstdDictionary(forDecompression: $0) }
        let wrong = try other.withUnsafeBytes { try ZstdDictionary(forDecompression: $0) }
        #expect(forReading.bytes == sample)

        let frame = try Self.compress(content, dictionary: forCompression)
        #expect(frame.count < (try Self.compress(content).count))
        #expect(try Self.decompress(frame, size: content.count, dictionary: forReading) == content)
        #expect(Self.refusal(frame, size: content.count) == .badData)
        #expect(Self.refusal(frame, size: content.count, dictionary: wrong) == .badData)
        #expect(Self.refusal(frame, size: content.count, dictionary: forCompression) == .badDictionary)
        #expect(throws: ZstdError.self) { try Self.compress(content, dictionary: forReading) }
    }

    @Test(
        "What is decompressed into the room behind a dictionary is the same, frame after frame, also after a damaged one"
    )
    func roomBehindDictionary() throws {
        let sample = Self.lines(2000, seed: 3)
        let forCompression = try sample.withUnsafeBytes { try ZstdDictionary(forCompression: $0, level: Self.level) }
        let forReading = try sample.withUnsafeBytes { try ZstdDictionary(forDecompression: $0, roomBehind: 1 << 20) }
        #expect(forReading.bytes == sample && forReading.room.count == 1 << 20)
        let decompressor = try ZstdDecompressor()
        for seed in 10..<30 {
            // Some of the dictionary's own lines too, so that matches begin and end everywhere in it.
            let content =
                Array(sample.suffix(seed * 37)) + Self.lines(seed * 20, seed: UInt64(seed)) + sample.prefix(5_000)
            var frame = try Self.compress(content, dictionary: forCompression)
            func read() throws -> [UInt8] {
                try frame.withUnsafeBytes {
                    try decompressor.decompress(
                        $0, dictionary: forReading, expectedSize: content.count, into: forReading.room)
                }
                return Array(forReading.room.prefix(content.count))
            }
            #expect(try read() == content)
            #expect(try Self.decompress(frame, size: content.count, dictionary: forReading) == content)
            frame[frame.count / 2] ^= 0x10
            #expect(throws: ZstdError.self) { try read() }
        }
        #expect(forReading.bytes == sample)
    }

    @Test("A dictionary's first bytes are content, even if they look like a trained dictionary")
    func rawContentOnly() throws {
        let sample = [0x37, 0xa4, 0x30, 0xec] + Self.lines(100, seed: 6)
        let content = Self.lines(20, seed: 6)
        let forCompression = try sample.withUnsafeBytes { try ZstdDictionary(forCompression: $0, level: 3) }
        let forReading = try sample.withUnsafeBytes { try ZstdDictionary(forDecompression: $0) }
        let frame = try Self.compress(content, dictionary: forCompression)
        #expect(try Self.decompress(frame, size: content.count, dictionary: forReading) == content)
    }

    @Test("A compressor gives the same frame whatever it compressed before, with and without a dictionary")
    func deterministic() throws {
        let content = Self.lines(300, seed: 7)
        let dictionary = try Self.lines(500, seed: 8).withUnsafeBytes {
            try ZstdDictionary(forCompression: $0, level: 3)
        }
        let compressor = try ZstdCompressor(level: 3)
        func frame(_ bytes: [UInt8], _ dictionary: ZstdDictionary?) throws -> [UInt8] {
            var output: [UInt8] = []
            _ = try bytes.withUnsafeBytes { try compressor.compress($0, dictionary: dictionary, appendTo: &output) }
            return output
        }
        let plain = try frame(content, nil)
        let withDictionary = try frame(content, dictionary)
        for count in [0, 1, 4000] { _ = try frame(Self.lines(count, seed: 9), count == 1 ? dictionary : nil) }
        #expect(try frame(content, dictionary) == withDictionary)
        #expect(try frame(content, nil) == plain)
        #expect(try Self.compress(content) == plain)
        #expect(try Self.compress(content, dictionary: dictionary) == withDictionary)
    }

    @Test("Content is compressed behind its dictionary, whichever dictionaries were used before")
    func behind() throws {
        let limit = 40_000
        let samples = (0..<6).map { Self.lines(500, seed: 20 + UInt64($0)) }
        let dictionaries = try samples.map { sample in
            try sample.withUnsafeBytes {
                try ZstdDictionary(
                    forCompression: $0, level: 1, search: ZstdSearch(hashLog: 18, minMatch: 7))
            }
        }
        let contents = [0, 1, 60, 300, 800].map { Self.lines($0, seed: 9) }
        #expect(contents.contains { $0.count > limit } && contents.contains { (1...limit).contains($0.count) })
        func frames(_ compressor: ZstdCompressor, _ numbers: [Int]) throws -> [[UInt8]] {
            try numbers.flatMap { number in
                try contents.map { content in
                    var output: [UInt8] = []
                    _ = try content.withUnsafeBytes {
                        try compressor.compress($0, dictionary: dictionaries[number], appendTo: &output)
                    }
                    return output
                }
            }
        }
        // More dictionaries than are kept, so that copies are made anew.
        let used = try frames(try ZstdCompressor(level: 3, behind: limit), [0, 1, 2, 3, 4, 5, 0, 5, 2, 0])
        for (place, number) in [0, 1, 2, 3, 4, 5, 0, 5, 2, 0].enumerated() {
            let fresh = try frames(try ZstdCompressor(level: 3, behind: limit), [number])
            let same = Array(used[place * contents.count..<(place + 1) * contents.count])
            #expect(same == fresh, "dictionary \(number)")
            let forReading = try samples[number].withUnsafeBytes {
                try ZstdDictionary(forDecompression: $0)
            }
            for (frame, content) in zip(same, contents) {
                #expect(try Self.decompress(frame, size: content.count, dictionary: forReading) == content)
            }
            // The dictionary is used: names, and most values, are in it.
            #expect(same[3].count * 2 < (try Self.compress(contents[3])).count * 3)
        }
        let forReading = try samples[0].withUnsafeBytes { try ZstdDictionary(forDecompression: $0) }
        #expect(throws: ZstdError.self) {
            _ = try contents[2].withUnsafeBytes { bytes in
                var output: [UInt8] = []
                return try ZstdCompressor(level: 3, behind: limit).compress(
                    bytes, dictionary: forReading, appendTo: &output)
            }
        }
    }

    @Test("Another expected size is refused before anything is decompressed")
    func expectedSize() throws {
        let content = Self.lines(50, seed: 10)
        let frame = try Self.compress(content)
        #expect(Self.refusal(frame, size: content.count - 1) == .sizeMismatch)
        #expect(Self.refusal(frame, size: content.count + 1) == .sizeMismatch)
        #expect(throws: ZstdError.self) { try Self.decompress(frame, size: content.count, room: content.count - 1) }
        #expect(throws: ZstdError.self) { try Self.decompress(frame, size: -1, room: 10) }
    }

    @Test("Only one whole frame of the current format is accepted")
    func oneFrame() throws {
        let content = Self.lines(50, seed: 11)
        let size = content.count
        let frame = try Self.compress(content)
        let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]
        let legacy: [UInt8] = [0x27, 0xb5, 0x2f, 0xfd] + frame[4...]
        #expect(Self.refusal(frame + frame, size: size) == .notOneFrame)
        #expect(Self.refusal(frame + [0], size: size) == .notOneFrame)
        #expect(Self.refusal(frame + skippable, size: size) == .notOneFrame)
        #expect(Self.refusal(skippable + frame, size: size) == .notOneFrame)
        #expect(Self.refusal(skippable, size: 0) == .notOneFrame)
        #expect(Self.refusal(legacy, size: size) == .notOneFrame)
        #expect(Self.refusal([], size: 0) == .notOneFrame)
        #expect(skippable.withUnsafeBytes(ZstdDecompressor.contentSize(of:)) == nil)
        #expect([UInt8]().withUnsafeBytes(ZstdDecompressor.contentSize(of:)) == nil)
        for length in 0..<frame.count {
            let cut = Array(frame[..<length])
            #expect(Self.refusal(cut, size: size) != nil, "cut to \(length) bytes")
            _ = cut.withUnsafeBytes(ZstdDecompressor.contentSize(of:))
        }
    }

    @Test("A frame without a checksum is refused")
    func checksumRequired() throws {
        // One raw last block with the content "abc"; single segment, one byte of content size, no checksum.
        let frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 0b0001_1001, 0, 0, 0x61, 0x62, 0x63]
        #expect(frame.withUnsafeBytes(ZstdDecompressor.contentSize(of:)) == 3)
        #expect(Self.refusal(frame, size: 3) == .noChecksum)
    }

    @Test("No flipped bit goes unnoticed")
    func flippedBits() throws {
        let content = Self.lines(30, seed: 12)
        let frame = try Self.compress(content)
        for bit in 0..<(frame.count * 8) {
            var damaged = frame
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            guard Self.refusal(damaged, size: content.count) == nil else { continue }
            // A bit may be without meaning (one unused bit of the descriptor); then the content is as it was.
            #expect(try Self.decompress(damaged, size: content.count) == content, "bit \(bit)")
        }
    }

    @Test("Levels and dictionaries that do not exist are refused")
    func badArguments() {
        #expect(throws: ZstdError.self) { try ZstdCompressor(level: 1000) }
        #expect(throws: ZstdError.self) {
            try [1].withUnsafeBytes { try ZstdDictionary(forCompression: $0, level: 1000) }
        }
        #expect(throws: ZstdError.self) { try [UInt8]().withUnsafeBytes { try ZstdDictionary(forDecompression: $0) } }
    }
}
