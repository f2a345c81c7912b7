import Testing

@testable import Archive

@Suite struct ByteReaderTests {
    /// Differences of every length, those that overflow among them.
    @Test(arguments: 0..<20)
    func differencesAreReadAsTheyWereWritten(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        var values: [Int64] = []
        for _ in 0..<Int.random(in: 0...300, using: &random) {
            let bits = UInt64.random(in: 0...63, using: &random)
            values.append(Int64(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random)) >> Int64(bits))
        }
        if seed == 0 { values = [.min, .max, 0, .min, -1, 1, .max, .max] }
        var bytes: [UInt8] = []
        var previous: Int64 = 0
        for value in values {
            bytes.appendSigned(value &- previous)
            previous = value
        }
        let read = try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            let values = try reader.differences(values.count)
            #expect(reader.isAtEnd)
            return values
        }
        #expect(read == values)
        guard !bytes.isEmpty else { return }
        #expect(throws: ArchiveError.self) {
            try bytes.dropLast().withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                _ = try reader.differences(values.count)
            }
        }
    }
}
