import CZlib

/// A raw inflate stream of zlib (no gzip header or trailer). All of zlib's unsafe state is kept here.
final class ZlibStream {
    /// Where a call may stop before its input or output runs out.
    enum Stop {
        case streamEnd
        /// Behind a block's header, before its data.
        case blockHeader
        case blockEnd
    }

    struct Outcome {
        /// Bytes taken from the input and put into the output.
        var consumed: Int
        var produced: Int
        var isStreamEnd: Bool
        /// zlib's words for what is wrong with the data.
        var failure: String?
    }

    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(ReadError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Negative window bits: raw deflate, with the largest window.
        guard coldtrail_inflateInit2(stream, -MAX_WBITS) == Z_OK else {
            stream.deallocate()
            throw ReadError(code: .outOfMemory, systemError: 0, sourceOffset: 0)
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Bits of the last consumed byte (or bytes) that have not been used.
    var unusedBits: Int { Int(stream.pointee.data_type & 63) }
    var isInLastBlock: Bool { stream.pointee.data_type & 64 != 0 }
    var isAtBlockEnd: Bool { stream.pointee.data_type & 128 != 0 }
    var isBehindBlockHeader: Bool { stream.pointee.data_type & 256 != 0 }

    func reset() {
        inflateReset(stream)
    }

    /// Drops the bits held and holds the low `count` bits (0...7) of `value` instead.
    func replaceHeldBits(with value: UInt8, count: Int) {
        inflatePrime(stream, -1, 0)
        if count > 0 { inflatePrime(stream, Int32(count), Int32(value)) }
    }

    /// Sets the content that matches may refer to (its last 32 KiB count).
    func setWindow(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.bindMemory(to: UInt8.self).baseAddress, !bytes.isEmpty else { return }
        inflateSetDictionary(stream, base, UInt32(bytes.count))
    }

    /// Copies the last content decoded, at most 32 KiB, and returns its length.
    func copyWindow(to room: UnsafeMutablePointer<UInt8>) -> Int {
        var count: UInt32 = 0
        inflateGetDictionary(stream, room, &count)
        return Int(count)
    }

    func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, stop: Stop
    ) throws(ReadError) -> Outcome {
        let inputCount = UInt32(clamping: input.count)
        let outputCount = UInt32(clamping: output.count)
        let flush =
            switch stop {
            case .streamEnd: Z_NO_FLUSH
            case .blockHeader: Z_TREES
            case .blockEnd: Z_BLOCK
            }
        // zlib only reads its input; it demands an output address even when there is no room.
        var nowhere: UInt8 = 0
        let status = withUnsafeMutablePointer(to: &nowhere) { nowhere in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = inputCount
            stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress ?? nowhere
            stream.pointee.avail_out = outputCount
            return CZlib.inflate(stream, flush)
        }
        if status == Z_MEM_ERROR { throw ReadError(code: .outOfMemory, systemError: 0, sourceOffset: 0) }
        var failure: String?
        // Z_BUF_ERROR only says that there was nothing to do with this input and room.
        if status != Z_OK, status != Z_STREAM_END, status != Z_BUF_ERROR {
            failure = stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        }
        return Outcome(
            consumed: Int(inputCount - stream.pointee.avail_in),
            produced: Int(outputCount - stream.pointee.avail_out),
            isStreamEnd: status == Z_STREAM_END,
            failure: failure
        )
    }
}
