import CZlib

/// zlib alone. What it decodes and refuses is the rule for every inflater.
final class ZlibInflater: Inflater {
    private let stream: ZlibStream

    init() throws(ReadError) {
        stream = try ZlibStream()
    }

    func start(at source: SourceBuffer) {
        stream.reset()
    }

    func inflate(
        from source: SourceBuffer, into output: UnsafeMutableRawBufferPointer
    ) throws(ReadError) -> InflateStep {
        var produced = 0
        while produced < output.count {
            let room = UnsafeMutableRawBufferPointer(rebasing: output[produced...])
            // Before any refill: zlib may still hold bits and matches that need no further input.
            let outcome = try stream.inflate(source.unread, into: room, stop: .streamEnd)
            source.consume(outcome.consumed)
            produced += outcome.produced
            if let failure = outcome.failure {
                let offset = source.offset - UInt64(stream.unusedBits / 8)
                return InflateStep(produced: produced, end: .invalid(failure), endOffset: offset)
            }
            if outcome.isStreamEnd {
                return InflateStep(produced: produced, end: .streamEnd, endOffset: source.offset)
            }
            if outcome.consumed == 0, outcome.produced == 0, try !source.refill() {
                return InflateStep(produced: produced, end: .truncated, endOffset: source.offset)
            }
        }
        return InflateStep(produced: produced, end: nil, endOffset: source.offset)
    }

    func checksum(_ checksum: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }
}
