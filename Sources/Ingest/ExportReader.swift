import Archive
import Crypto
import Events
import Gzip

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads one export's content and cuts it into batches of whole lines.
final class ExportReader {
    static let batchBytes = 2 << 20
    static let longestLine = 64 << 20

    enum Item {
        case batch(LineBatch)
        /// A piece of a line longer than 64 MiB.
        case piece(RawMemory, line: UInt64, lineOffset: UInt64, part: UInt64, isLast: Bool, endsWithNewline: Bool)
    }

    private let reader: ContentReader
    private var carry = RawMemory(capacity: 0)
    private var contentOffset: UInt64 = 0
    private var line: UInt64 = 1
    private var hugeStart: UInt64?
    private var hugePart: UInt64 = 0
    private var isAtEnd = false

    init(_ reader: ContentReader) {
        self.reader = reader
    }

    /// The number of the line that follows what was given out; set by the caller after counting a batch's lines.
    func advance(lines: UInt64) {
        line += lines
    }

    /// The next batch or piece; nil at the end of the content.
    func next() throws -> Item? {
        if isAtEnd, carry.count == 0, hugeStart == nil { return nil }
        var memory = RawMemory(capacity: max(Self.batchBytes, carry.count * 2))
        memory.base.update(from: carry.base, count: carry.count)
        memory.count = carry.count
        carry = RawMemory(capacity: 0)
        var searched = 0
        while true {
            while memory.count < memory.capacity, !isAtEnd {
                let room = UnsafeMutableRawBufferPointer(
                    start: memory.base + memory.count, count: memory.capacity - memory.count)
                let n = try reader.read(into: room)
                if n == 0 { isAtEnd = true }
                memory.count += n
            }
            if let hugeStart { return try hugePiece(memory, hugeStart) }
            if let end = lastLineFeed(memory, from: searched) {
                if isAtEnd, end + 1 == memory.count || memory.count - end - 1 <= Self.longestLine {
                    // The unended last line goes along.
                    return .batch(batch(memory, upTo: memory.count))
                }
                return .batch(batch(memory, upTo: end + 1))
            }
            if isAtEnd {
                if memory.count == 0 { return nil }
                return memory.count > Self.longestLine
                    ? try hugePiece(memory, contentOffset) : .batch(batch(memory, upTo: memory.count))
            }
            searched = memory.count
            if memory.count > Self.longestLine {
                return try hugePiece(memory, contentOffset)
            }
            let larger = RawMemory(capacity: min(memory.capacity * 2, Self.longestLine + Self.batchBytes))
            larger.base.update(from: memory.base, count: memory.count)
            larger.count = memory.count
            memory = larger
        }
    }

    private func lastLineFeed(_ memory: RawMemory, from: Int) -> Int? {
        var at = memory.count
        while at > from {
            at -= 1
            if memory.base[at] == 0x0A { return at }
        }
        return nil
    }

    private func batch(_ memory: RawMemory, upTo end: Int) -> LineBatch {
        let rest = memory.count - end
        let carried = RawMemory(capacity: max(rest, 1))
        carried.base.update(from: memory.base + end, count: rest)
        carried.count = rest
        carry = carried
        memory.count = end
        let batch = LineBatch(
            memory: memory, contentOffset: contentOffset, firstLine: line, verifiedBytes: reader.verifiedContentBytes,
            endsWithNewline: memory.base[end - 1] == 0x0A)
        var lines: UInt64 = batch.endsWithNewline ? 0 : 1
        var at = 0
        while at < end, let found = memchr(memory.base + at, 0x0A, end - at) {
            lines += 1
            at = UnsafeRawPointer(found) - UnsafeRawPointer(memory.base) + 1
        }
        line += lines
        contentOffset += UInt64(end)
        return batch
    }

    /// Everything up to the line's end, or all of the memory.
    private func hugePiece(_ memory: RawMemory, _ start: UInt64) throws -> Item {
        let found = memchr(memory.base, 0x0A, memory.count)
        let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(memory.base) }
        let part = hugePart
        let used = end ?? memory.count
        let consumed = end.map { $0 + 1 } ?? used
        let rest = memory.count - consumed
        let carried = RawMemory(capacity: max(rest, 1))
        carried.base.update(from: memory.base + consumed, count: rest)
        carried.count = rest
        carry = carried
        memory.count = used
        contentOffset += UInt64(consumed)
        let isLast = end != nil || isAtEnd
        let number = line
        if isLast {
            hugeStart = nil
            hugePart = 0
            line += 1
        } else {
            hugeStart = start
            hugePart += 1
        }
        return .piece(memory, line: number, lineOffset: start, part: part, isLast: isLast, endsWithNewline: end != nil)
    }
}
