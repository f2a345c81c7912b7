/// Memory for the cells of one column after the other. One thread at a time.
public final class CellMemory {
    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 16)

    public init() {}

    deinit { bytes.deallocate() }

    func room(_ size: Int) -> UnsafeMutableRawBufferPointer {
        if bytes.count < size {
            bytes.deallocate()
            bytes = .allocate(byteCount: size, alignment: 16)
        }
        return UnsafeMutableRawBufferPointer(rebasing: bytes[..<size])
    }
}

/// The codes of one chunk of events, as they are stored: 0 no value, 1 see the line, else an entry.
///
/// They lie in a `CellMemory`, until that is used again.
public struct CodeCells {
    public let count: Int
    /// The least and the greatest code that is not 0, as the partition says.
    public let codes: ClosedRange<UInt32>
    private let width: Int
    private let bytes: UnsafeRawBufferPointer

    init(count: Int, width: Int, codes: ClosedRange<UInt32>, _ bytes: UnsafeRawBufferPointer) {
        (self.count, self.width, self.codes, self.bytes) = (count, width, codes, bytes)
    }

    /// - Parameter place: below `count`.
    public subscript(place: Int) -> UInt32 {
        switch width {
        case 1: UInt32(bytes[place])
        case 2: UInt32(UInt16(littleEndian: bytes.load(fromByteOffset: 2 * place, as: UInt16.self)))
        default: UInt32(littleEndian: bytes.load(fromByteOffset: 4 * place, as: UInt32.self))
        }
    }

    /// Counts events by their codes.
    ///
    /// - Returns: false if there is a code that `counts` has no place for; then some are not counted.
    public func count(into counts: inout [UInt64]) -> Bool {
        counts.withUnsafeMutableBufferPointer { counts in
            switch width {
            case 1: count(UInt8.self, into: counts)
            case 2: count(UInt16.self, into: counts)
            default: count(UInt32.self, into: counts)
            }
        }
    }

    @inline(__always)
    private func count<Code: FixedWidthInteger & UnsignedInteger>(
        _: Code.Type, into counts: UnsafeMutableBufferPointer<UInt64>
    ) -> Bool {
        bytes.withMemoryRebound(to: Code.self) { codes in
            for stored in codes.prefix(count) {
                let code = Int(Code(littleEndian: stored))
                guard code < counts.count else { return false }
                counts[code] &+= 1
            }
            return true
        }
    }

    /// Sets the bits of the events whose codes lie in `codes`, 64 events a word, and clears those of the others.
    ///
    /// - Parameters:
    ///   - firstWord: the word of the first event.
    ///   - words: of the whole partition.
    /// - Returns: the greatest code.
    public func mark(
        _ codes: ClosedRange<UInt32>, firstWord: Int, _ words: UnsafeMutableBufferPointer<UInt64>
    ) -> UInt32 {
        precondition(firstWord >= 0 && firstWord + (count + 63) / 64 <= words.count)
        switch width {
        case 1: return mark(UInt8.self, codes, firstWord, words)
        case 2: return mark(UInt16.self, codes, firstWord, words)
        default: return mark(UInt32.self, codes, firstWord, words)
        }
    }

    @inline(__always)
    private func mark<Code: FixedWidthInteger & UnsignedInteger>(
        _: Code.Type, _ codes: ClosedRange<UInt32>, _ firstWord: Int, _ words: UnsafeMutableBufferPointer<UInt64>
    ) -> UInt32 {
        let low = Code(min(codes.lowerBound, UInt32(Code.max)))
        let span = Code(min(codes.upperBound, UInt32(Code.max))) - low
        // None can pass where the cells are too narrow for the codes.
        let yes: UInt8 = codes.lowerBound <= UInt32(Code.max) ? 1 : 0
        return bytes.withMemoryRebound(to: Code.self) { stored in
            guard let base = stored.baseAddress else { return 0 }
            var greatest: Code = 0
            // Whether 64 codes pass as bytes of 0 and 1, without a branch; then eight of them a multiplication.
            withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { passes in
                guard let marks = passes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
                for (word, start) in stride(from: 0, to: count, by: 64).enumerated() {
                    let length = min(64, count - start)
                    if length < 64 { marks.update(repeating: 0, count: 64) }
                    let codes = base + start
                    for place in 0..<length {
                        let code = Code(littleEndian: codes[place])
                        marks[place] = code &- low <= span ? yes : 0
                        greatest = max(greatest, code)
                    }
                    var bits: UInt64 = 0
                    for group in 0..<8 {
                        let eight = passes.load(fromByteOffset: 8 * group, as: UInt64.self).littleEndian
                        bits |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(8 * group)
                    }
                    words[firstWord + word] = bits
                }
            }
            return UInt32(greatest)
        }
    }

    /// Copies the codes of a range of places within 0..<`count`.
    public func copy(_ places: Range<Int>, to target: UnsafeMutablePointer<UInt32>) {
        precondition(places.lowerBound >= 0 && places.upperBound <= count)
        switch width {
        case 1: copy(UInt8.self, places, target)
        case 2: copy(UInt16.self, places, target)
        default: copy(UInt32.self, places, target)
        }
    }

    @inline(__always)
    private func copy<Code: FixedWidthInteger & UnsignedInteger>(
        _: Code.Type, _ places: Range<Int>, _ target: UnsafeMutablePointer<UInt32>
    ) {
        bytes.withMemoryRebound(to: Code.self) { codes in
            guard let base = codes.baseAddress else { return }
            for offset in 0..<places.count {
                target[offset] = UInt32(Code(littleEndian: base[places.lowerBound &+ offset]))
            }
        }
    }
}

extension PartitionReader {
    private static let mostPartBytes = 64 << 20

    /// Calls `body` with each code (from 2, ascending bytes) and entry of a field's dictionary.
    ///
    /// - Parameter endPart: called before the memory goes in which the last entries lie.
    public func forEachEntry(
        of field: PartitionField, endPart: () -> Void = {}, _ body: (UInt32, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try forEachPart(of: field) { part in
            try part.forEachEntry(body)
            endPart()
        }
    }

    /// Calls `body` with each part of a field's dictionary, in ascending order, which is gone when it returns.
    public func forEachPart(of field: PartitionField, _ body: (DictionaryPart) throws -> Void) throws {
        try forEachStoredPart(of: field) { first, entries, size, frame in
            try inflate(frame, size: size, limit: Self.mostPartBytes).withUnsafeBytes { bytes in
                try body(try DictionaryPart(firstCode: first, entries: entries, bytes))
            }
        }
    }

    /// Calls `body` with each part of a field's dictionary, in ascending order.
    ///
    /// - Parameter allocate: the memory for so many bytes, in which the part stays.
    public func forEachPart(
        of field: PartitionField, allocate: (Int) -> UnsafeMutableRawBufferPointer,
        _ body: (DictionaryPart) throws -> Void
    ) throws {
        try forEachStoredPart(of: field) { first, entries, size, frame in
            guard size >= 0, size <= Self.mostPartBytes else {
                throw ArchiveError(.damaged, "impossible size", path: path)
            }
            let room = allocate(size)
            try inflate(frame, into: room)
            try body(try DictionaryPart(firstCode: first, entries: entries, UnsafeRawBufferPointer(room)))
        }
    }

    private func forEachStoredPart(
        of field: PartitionField, _ body: (Int64, Int64, Int, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try statements.with(.dictionary, over: database) { rows in
            try rows.bind(field.id << 24, at: 1)
            try rows.bind((field.id + 1) << 24, at: 2)
            while try rows.step() {
                try body(
                    try rows.int64(0), try rows.int64(1), Int(clamping: try rows.int64(2)), try rows.blob(3))
            }
        }
    }

    /// The codes of one chunk of 65,536 events: 0 no value, 1 see the line, else an entry. Nil: no event has a value.
    public func cells(of field: PartitionField, chunk: Int) throws -> [UInt32]? {
        let memory = CellMemory()
        return try withExtendedLifetime(memory) {
            guard let cells = try cells(of: field, chunk: chunk, in: memory) else { return nil }
            return [UInt32](unsafeUninitializedCapacity: cells.count) { codes, initialized in
                if let base = codes.baseAddress { cells.copy(0..<cells.count, to: base) }
                initialized = cells.count
            }
        }
    }

    /// The same as they are stored.
    ///
    /// - Parameters:
    ///   - memory: in which they lie until it is used again.
    ///   - isWanted: told the least and the greatest code of the chunk that is not 0, before anything is decompressed.
    /// - Returns: nil also if the chunk is not wanted.
    public func cells(
        of field: PartitionField, chunk: Int, in memory: CellMemory,
        where isWanted: (ClosedRange<UInt32>) -> Bool = { _ in true }
    ) throws -> CodeCells? {
        try statements.with(.cells, over: database) { rows in
            try rows.bind(field.id << 24 | Int64(chunk), at: 1)
            guard try rows.step() else { return nil }
            let size = Int(clamping: try rows.int64(1))
            let count = min(PartitionFormat.seriesChunk, events - chunk * PartitionFormat.seriesChunk)
            guard count > 0, let low = UInt32(exactly: try rows.int64(3)),
                let high = UInt32(exactly: try rows.int64(4)),
                1 <= low,
                low <= high, let layout = CellLayout(stored: try rows.int64(0)), layout.allows(size: size, count: count)
            else {
                throw ArchiveError(.damaged, "impossible cells of \(field.name)", path: path)
            }
            guard isWanted(low...high) else { return nil }
            let width = layout.width
            let room = memory.room(count * width)
            if layout.isSparse {
                let content = try inflate(try rows.blob(2), size: size, limit: size)
                try content.withUnsafeBytes { try layout.expand($0, into: room) }
            } else {
                try inflate(try rows.blob(2), into: room)
            }
            return CodeCells(count: count, width: width, codes: low...high, UnsafeRawBufferPointer(room))
        }
    }
}
