import Archive
import CSimdjson
import Events
import Zstd

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a line is.
struct LineInfo: BitwiseCopyable {
    enum Kind: UInt8 {
        case event, blank, notJSON, notAnObject, invalidUTF8, tooLong, tooDeep, unfinished
    }

    var start: Int
    /// Without the line feed.
    var length: Int
    /// Microseconds, or `undatedTime`.
    var time: Int64
    var nanoseconds: Int16
    var kind: UInt8
}

/// Whole lines of an export, in order.
final class LineBatch: @unchecked Sendable {
    let memory: RawMemory
    /// Offset of the first byte in the export's content.
    let contentOffset: UInt64
    let firstLine: UInt64
    /// The content up to here (bytes of the export) was verified when the batch was read.
    let verifiedBytes: UInt64
    /// False for the export's last line when no line feed ends it.
    let endsWithNewline: Bool
    var lines = ContiguousArray<LineInfo>()
    /// 32 bytes a line.
    var leaves: [UInt8] = []

    init(memory: RawMemory, contentOffset: UInt64, firstLine: UInt64, verifiedBytes: UInt64, endsWithNewline: Bool) {
        self.memory = memory
        self.contentOffset = contentOffset
        self.firstLine = firstLine
        self.verifiedBytes = verifiedBytes
        self.endsWithNewline = endsWithNewline
    }
}

/// What one worker thread owns.
final class Worker {
    let classifier = LineClassifier()
    private var builder: ChunkBuilder
    private var encoder: SpanEncoder?

    init(selection: Set<[UInt8]>?) {
        builder = ChunkBuilder(selection: selection)
    }

    deinit {
        builder.free()
        encoder?.free()
    }

    /// Turns a run of events into a finished span.
    ///
    /// - Parameters:
    ///   - coding: how its lines are stored; nil: as they are, without a dictionary.
    ///   - spill: asked at the end for the file that takes the span's bytes; nil: they stay in memory.
    func encode(
        _ run: EventRun, coding: LineCoding?, spill: () -> SpillFile?
    ) throws -> PartitionSpan {
        var encoder = try self.encoder ?? SpanEncoder()
        defer { self.encoder = encoder }
        return try encoder.encode(run, coding: coding, spill: spill, builder: &builder)
    }
}

/// Cuts a batch into lines and tells for each what it is and when it happened.
final class LineClassifier {
    private let parser = csimdjson_create()
    private var decoder = EventDecoder()
    private var digests = MessageDigests()

    /// Lines above this go to the strict decoder, whose memory does not grow with the line.
    private static let simdLimit = 1 << 20

    deinit {
        csimdjson_destroy(parser)
        digests.free()
    }

    func classify(_ batch: LineBatch) {
        let base = UnsafePointer(batch.memory.base)
        let end = batch.memory.count
        var at = 0
        var number = batch.firstLine
        batch.lines.reserveCapacity(end / 512)
        func append(_ leaf: UnsafeRawBufferPointer) { batch.leaves.append(contentsOf: leaf) }
        while at < end {
            let found = memchr(base + at, 0x0A, end - at)
            let next = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? end
            batch.lines.append(classify(base, at, next - at, isFirst: number == 1))
            let line = UnsafeRawBufferPointer(start: base + at, count: next - at)
            MerkleTree.withLeafMessage(of: line, number: number) { digests.add($0, $1, $2, digest: append) }
            at = next + 1
            number += 1
        }
        digests.finish(append)
    }

    private func classify(_ base: UnsafePointer<UInt8>, _ start: Int, _ length: Int, isFirst: Bool) -> LineInfo {
        var info = LineInfo(
            start: start, length: length, time: undatedTime, nanoseconds: 0, kind: LineInfo.Kind.event.rawValue)
        var first = base + start
        var count = length
        if isFirst, count >= 3, first[0] == 0xEF, first[1] == 0xBB, first[2] == 0xBF {
            first += 3
            count -= 3
        }
        while count > 0, isSpace(first[count - 1]) { count -= 1 }
        while count > 0, isSpace(first.pointee) {
            first += 1
            count -= 1
        }
        if count == 0 {
            info.kind = LineInfo.Kind.blank.rawValue
            return info
        }
        if length > 64 << 20 {
            info.kind = LineInfo.Kind.tooLong.rawValue
            return info
        }
        let accepted = count <= Self.simdLimit && csimdjson_accepts_object(parser, first, count) == 1
        if !accepted, let reason = decoder.decode(UnsafeRawBufferPointer(start: first, count: count)) {
            info.kind = kind(of: reason).rawValue
            return info
        }
        // The decoder remembers every name it has met; hostile lines must not fill the memory with them.
        if decoder.fieldMemoryUse > 16 << 20 { decoder = EventDecoder() }
        if let time = EventTime.find(first) {
            info.time = time.microseconds
            info.nanoseconds = time.nanoseconds
        }
        return info
    }

    @inline(__always)
    private func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D
    }

    private func kind(of reason: RejectReason) -> LineInfo.Kind {
        switch reason {
        case .notJSON: .notJSON
        case .notAnObject: .notAnObject
        case .invalidUTF8: .invalidUTF8
        case .tooLong: .tooLong
        case .tooDeep: .tooDeep
        case .unfinished: .unfinished
        }
    }
}

/// Finds an event's time (R50): the first value of `@timestamp`, else of `timestamp`, that is a time.
enum EventTime {
    /// - Parameter object: a valid JSON object, from its brace.
    static func find(_ object: UnsafePointer<UInt8>) -> Instant? {
        var fallback: Instant?
        var at = ValidJSON.skipSpace(object + 1)
        while at.pointee != 0x7D {
            if at.pointee == 0x2C { at = ValidJSON.skipSpace(at + 1) }
            var escaped = false
            let key = at + 1
            at = ValidJSON.skipString(at, escaped: &escaped)
            let length = at - key - 1
            at = ValidJSON.skipSpace(ValidJSON.skipSpace(at) + 1)
            if isKey("@timestamp", key, length, escaped), let time = firstTime(at) { return time }
            if fallback == nil, isKey("timestamp", key, length, escaped) { fallback = firstTime(at) }
            at = ValidJSON.skipSpace(ValidJSON.skipValue(at))
        }
        return fallback
    }

    @inline(__always)
    private static func isKey(
        _ name: StaticString, _ key: UnsafePointer<UInt8>, _ length: Int, _ escaped: Bool
    ) -> Bool {
        if escaped { return isEscapedKey(name, key, length) }
        return length == name.utf8CodeUnitCount && memcmp(key, name.utf8Start, length) == 0
    }

    private static func isEscapedKey(_ name: StaticString, _ key: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        guard length <= 6 * name.utf8CodeUnitCount else { return false }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length + 16) { room in
            guard let out = room.baseAddress else { return false }
            let count = ValidJSON.unescape(key, length, into: out)
            return count == name.utf8CodeUnitCount && memcmp(out, name.utf8Start, count) == 0
        }
    }

    /// The first time among a value's items.
    private static func firstTime(_ value: UnsafePointer<UInt8>) -> Instant? {
        switch value.pointee {
        case 0x22:
            var escaped = false
            let end = ValidJSON.skipString(value, escaped: &escaped)
            let length = end - value - 2
            if !escaped { return TimeText.parse(UnsafeRawBufferPointer(start: value + 1, count: length)) }
            guard length <= 512 else { return nil }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length + 16) { room in
                guard let out = room.baseAddress else { return nil }
                let count = ValidJSON.unescape(value + 1, length, into: out)
                return TimeText.parse(UnsafeRawBufferPointer(start: out, count: count))
            }
        case 0x5B:
            var at = ValidJSON.skipSpace(value + 1)
            while at.pointee != 0x5D {
                if at.pointee == 0x2C { at = ValidJSON.skipSpace(at + 1) }
                if let time = firstTime(at) { return time }
                at = ValidJSON.skipSpace(ValidJSON.skipValue(at))
            }
            return nil
        case 0x2D, 0x30...0x39:
            let end = ValidJSON.skipScalar(value)
            return TimeText.parseNumber(UnsafeRawBufferPointer(start: value, count: end - value))
        default: return nil
        }
    }
}
