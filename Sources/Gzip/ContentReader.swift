/// Reads the content of an export: inflates a gzip source (any number of members), or passes a plain one through.
///
/// Memory is bounded: one buffer of the source and the decoder's window. Damage never throws. Everything decoded
/// before it is delivered, ``read(into:)`` then returns 0 and ``damage`` says what is wrong where.
///
/// ```swift
/// let reader = try ContentReader(descriptor: file) { sha256.update(bufferPointer: $0) }
/// while case let count = try reader.read(into: buffer), count > 0 { … }
/// try reader.finish()      // now the digest covers the whole source
/// ```
///
/// A member whose checksum or length is wrong, or whose header is doubtful but readable, does not keep the members
/// after it from being decoded: their framing is intact. ``verifiedContentBytes`` ends before the first member that
/// failed, and never grows again.
///
/// One thread at a time. The descriptor stays the caller's, who closes it; it may be a pipe.
public final class ContentReader {
    public enum Format: String, Sendable {
        case gzip, plain
    }

    /// The library that inflates. Bytes, damage and offsets are equal with both.
    public enum Engine: String, Sendable, CaseIterable {
        case zlib
        /// ISA-L's decoder under zlib's supervision.
        case igzip

        /// igzip where it has a decoder in assembly; its portable one is slower than zlib.
        public static var fastest: Engine {
            #if arch(x86_64) || arch(arm64)
                .igzip
            #else
                .zlib
            #endif
        }
    }

    /// By content: a source that begins with the bytes 1f 8b is gzip. An empty source is plain, without content.
    public let format: Format
    /// The first damage found; nil while there is none.
    public private(set) var damage: ContentDamage?
    /// The last damage found: the place where decoding stopped if it stopped early. Equal to ``damage`` as a rule.
    public private(set) var lastDamage: ContentDamage?
    /// Bytes of content up to the end of the last gzip member whose CRC and length passed, if all before it passed too.
    /// For a plain source: all bytes delivered.
    public private(set) var verifiedContentBytes: UInt64 = 0
    /// Bytes of content delivered.
    public private(set) var contentBytes: UInt64 = 0

    /// Bytes read from the source.
    public var sourceBytes: UInt64 { source.readBytes }

    private enum Phase {
        case plain
        /// Before a member, or before the end.
        case betweenMembers
        case inMember
        case finished
    }

    private let source: SourceBuffer
    private let inflater: (any Inflater)?
    private var phase: Phase
    private var members: UInt64 = 0
    private var memberBegin: UInt64 = 0
    private var memberChecksum: UInt32 = 0
    private var memberContentBytes: UInt64 = 0
    private var allMembersPassed = true

    /// Reads the first bytes of the source to learn its format.
    ///
    /// - Parameters:
    ///   - descriptor: open for reading, at the source's first byte.
    ///   - bufferSize: bytes read at a time.
    ///   - onSource: sees every byte of the source once, in order (for its digest), also those behind damage once
    ///     ``finish()`` is called.
    /// - Throws: ``ReadError``.
    public init(
        descriptor: Int32, bufferSize: Int = 256 * 1024, engine: Engine = .fastest,
        onSource: ((UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(ReadError) {
        source = SourceBuffer(descriptor: descriptor, capacity: bufferSize, onSource: onSource)
        guard MemberHeader.hasMagic(try source.peek(2)) else {
            format = .plain
            phase = .plain
            inflater = nil
            return
        }
        format = .gzip
        phase = .betweenMembers
        switch engine {
        case .zlib: inflater = try ZlibInflater()
        case .igzip: inflater = try IgzipInflater()
        }
    }

    /// Fills the buffer with the next bytes of content, as far as there are any.
    ///
    /// - Parameter buffer: not empty.
    /// - Returns: the number of bytes; 0 at the end of the content that can be decoded. Then see ``damage``.
    /// - Throws: ``ReadError``. The reader is of no use after that.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadError) -> Int {
        precondition(!buffer.isEmpty, "an empty buffer cannot be told from the end of the content")
        while true {
            switch phase {
            case .plain:
                return try readPlain(into: buffer)
            case .betweenMembers:
                try beginMember()
            case .inMember:
                let count = try readMember(into: buffer)
                if count > 0 { return count }
            case .finished:
                return 0
            }
        }
    }

    /// Reads the source to its end, past damage and trailing bytes, so that `onSource` has seen all of it. No content
    /// can be read afterwards.
    public func finish() throws(ReadError) {
        phase = .finished
        try source.drain()
    }

    private func readPlain(into buffer: UnsafeMutableRawBufferPointer) throws(ReadError) -> Int {
        if source.unread.isEmpty, try !source.refill() {
            phase = .finished
            return 0
        }
        let bytes = source.unread.prefix(buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
        source.consume(bytes.count)
        contentBytes += UInt64(bytes.count)
        verifiedContentBytes = contentBytes
        return bytes.count
    }

    // MARK: - Members

    private func beginMember() throws(ReadError) {
        if members > 0, try !anotherMemberFollows() { return }
        memberBegin = source.offset
        switch try MemberHeader.read(from: source) {
        case .accepted:
            break
        case .doubtful(let why):
            let detail = "The gzip member at byte \(memberBegin) is doubtful: \(why). It was decoded all the same."
            note(.badHeader, at: memberBegin, detail)
        case .unusable(let why):
            return stop(.badHeader, at: memberBegin, "The gzip member at byte \(memberBegin) cannot be read: \(why).")
        case .truncated:
            return stopTruncated("header")
        }
        members += 1
        memberChecksum = 0
        memberContentBytes = 0
        inflater?.start(at: source)
        phase = .inMember
    }

    /// Looks behind a member. Zero bytes up to the source's end are padding.
    private func anotherMemberFollows() throws(ReadError) -> Bool {
        if MemberHeader.looksLikeMember(try source.peek(3)) { return true }
        while try source.peek(1).first == 0 { source.consume(1) }
        if let byte = try source.peek(1).first {
            let place = "from byte \(source.offset) on (the first is \(hex(byte)))"
            let detail = "Behind the last gzip member there are bytes that are not gzip, \(place)."
            stop(.trailingGarbage, at: source.offset, detail)
        }
        phase = .finished
        return false
    }

    private func readMember(into buffer: UnsafeMutableRawBufferPointer) throws(ReadError) -> Int {
        guard let inflater else { return 0 }
        let step = try inflater.inflate(from: source, into: buffer)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<step.produced])
        memberChecksum = inflater.checksum(memberChecksum, over: bytes)
        memberContentBytes += UInt64(step.produced)
        contentBytes += UInt64(step.produced)
        switch step.end {
        case nil: break
        case .streamEnd: try endMember()
        case .truncated: stopTruncated("compressed data")
        case .invalid(let why):
            let detail = "The compressed data of the gzip member at byte \(memberBegin) are damaged: \(why)."
            stop(.badData, at: step.endOffset, detail)
        }
        return step.produced
    }

    /// Checks the trailer: CRC-32 and length modulo 2^32, both little-endian.
    private func endMember() throws(ReadError) {
        let trailer = source.offset
        let bytes = try source.peek(8)
        guard bytes.count == 8 else {
            source.consume(bytes.count)
            return stopTruncated("trailer")
        }
        let checksum = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        let length = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        source.consume(8)
        phase = .betweenMembers
        if checksum != memberChecksum {
            allMembersPassed = false
            let detail = "states CRC-32 \(hex(checksum)), its content has \(hex(memberChecksum))."
            note(.crcMismatch, at: trailer, "The gzip member at byte \(memberBegin) \(detail)")
        } else if length != UInt32(truncatingIfNeeded: memberContentBytes) {
            allMembersPassed = false
            let detail = "states \(length) bytes of content (modulo 2^32), it has \(memberContentBytes)."
            note(.lengthMismatch, at: trailer, "The gzip member at byte \(memberBegin) \(detail)")
        } else if allMembersPassed {
            verifiedContentBytes = contentBytes
        }
    }

    // MARK: - Damage

    private func stopTruncated(_ part: String) {
        stop(
            .truncated, at: source.readBytes, "The file ends in the \(part) of the gzip member at byte \(memberBegin).")
    }

    private func stop(_ reason: ContentDamage.Reason, at offset: UInt64, _ detail: String) {
        note(reason, at: offset, detail)
        phase = .finished
    }

    private func note(_ reason: ContentDamage.Reason, at offset: UInt64, _ detail: String) {
        let found = ContentDamage(
            reason: reason, compressedOffset: offset, contentOffset: contentBytes, detail: detail)
        damage = damage ?? found
        lastDamage = found
    }
}

private func hex<Number: BinaryInteger>(_ value: Number) -> String {
    "0x" + String(value, radix: 16)
}
