/// Why no more content comes out of a raw deflate stream.
enum InflateEnd: Equatable {
    case streamEnd
    /// The source ended first.
    case truncated
    /// The data break the rules of deflate, in zlib's words.
    case invalid(String)
}

/// What one call of an inflater came to.
struct InflateStep {
    /// Bytes put into the buffer; 0 only together with an end.
    var produced: Int
    /// Nil: there may be more.
    var end: InflateEnd?
    /// For an invalid stream: the source offset behind the byte with the offending bit.
    var endOffset: UInt64
}

/// A decoder of raw deflate streams. Inflaters differ in speed only: bytes, ends and offsets are equal.
protocol Inflater: AnyObject {
    /// Makes ready for the stream that begins at the source's first unread byte.
    func start(at source: SourceBuffer)

    /// Fills the buffer (at least one byte) as far as the source goes. At `streamEnd` exactly the stream's bytes have
    /// been consumed.
    func inflate(from source: SourceBuffer, into output: UnsafeMutableRawBufferPointer) throws(ReadError) -> InflateStep

    /// The CRC-32 of gzip, continued over more bytes.
    func checksum(_ checksum: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32
}
