#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Texts in strictly ascending order of their bytes, each with a count.
///
/// `@unchecked` is safe: filled by one thread, read by several when it is complete.
final class SortedEntries: @unchecked Sendable {
    struct Entry {
        var start: UnsafeRawPointer
        var length: Int
        var count: UInt64

        var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: length) }
    }

    private var entries: UnsafeMutablePointer<Entry>
    private var capacity: Int
    private(set) var count = 0
    /// Texts lie in these and are not moved.
    private var pieces: [UnsafeMutableRawBufferPointer] = []
    /// What is left of the last piece that was taken for copies.
    private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// The first eight bytes of the last text.
    private var lastStart: UInt64 = 0
    private var pieceBytes = 0

    private static let pieceLength = 1 << 16
    /// Room that is taken at once, at most; what is not written to costs nothing.
    private static let mostReserved = 64 << 20

    /// - Parameter texts: how many are to come, as far as known: then nothing is moved on the way.
    init(texts: Int = 0) {
        capacity = min(max(texts, 16), Self.mostReserved / MemoryLayout<Entry>.stride)
        entries = .allocate(capacity: capacity)
    }

    deinit {
        entries.deallocate()
        for piece in pieces { piece.deallocate() }
    }

    /// Bytes that are written to.
    var memory: Int { pieceBytes + count * MemoryLayout<Entry>.stride }

    /// - Parameter place: below `count`.
    subscript(place: Int) -> Entry { entries[place] }

    /// - Parameter range: within 0..<`count`.
    func pointers(_ range: Range<Int>) -> (next: UnsafePointer<Entry>, end: UnsafePointer<Entry>) {
        (UnsafePointer(entries + range.lowerBound), UnsafePointer(entries + range.upperBound))
    }

    /// Memory for texts of entries to come.
    func allocate(_ length: Int) -> UnsafeMutableRawBufferPointer {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, length), alignment: 8)
        pieces.append(piece)
        pieceBytes += length
        return UnsafeMutableRawBufferPointer(rebasing: piece[..<length])
    }

    /// A text that stays where it lies, in memory that was allocated here.
    ///
    /// - Returns: false if the text does not come after the one before.
    func append(lying text: UnsafeRawBufferPointer, _ count: UInt64) -> Bool {
        guard let start = text.baseAddress else { return false }
        // As a rule the first eight bytes tell.
        let first = TextOrder.start(text)
        if self.count > 0, first <= lastStart {
            guard first == lastStart, TextOrder.isSmaller(entries[self.count - 1].text, than: text) else {
                return false
            }
        }
        lastStart = first
        if self.count == capacity { grow() }
        (entries + self.count).initialize(to: Entry(start: start, length: text.count, count: count))
        self.count += 1
        return true
    }

    /// A copy of a text.
    ///
    /// - Returns: false if the text does not come after the one before.
    func append(_ text: UnsafeRawBufferPointer, _ count: UInt64) -> Bool { append(text, between: nil, count) }

    /// The same with the text in quotation marks.
    func append(quoting text: UnsafeRawBufferPointer, _ count: UInt64) -> Bool {
        append(text, between: UInt8(ascii: "\""), count)
    }

    private func append(_ text: UnsafeRawBufferPointer, between mark: UInt8?, _ count: UInt64) -> Bool {
        let margin = mark == nil ? 0 : 1
        let length = text.count + 2 * margin
        if length > room.count || room.count == 0 { room = allocate(max(length, Self.pieceLength)) }
        let copy = UnsafeMutableRawBufferPointer(rebasing: room[..<length])
        if let base = text.baseAddress, let target = copy.baseAddress { memcpy(target + margin, base, text.count) }
        if let mark { (copy[0], copy[length - 1]) = (mark, mark) }
        guard append(lying: UnsafeRawBufferPointer(copy), count) else { return false }
        room = UnsafeMutableRawBufferPointer(rebasing: room[length...])
        return true
    }

    private func grow() {
        capacity *= 2
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
        larger.moveInitialize(from: entries, count: count)
        entries.deallocate()
        entries = larger
    }

    /// The first place whose text is not smaller.
    func place(of text: UnsafeRawBufferPointer) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if TextOrder.isSmaller(entries[middle].text, than: text) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
