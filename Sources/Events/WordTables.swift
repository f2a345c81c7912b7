/// The frozen Unicode tables, expanded for look-up at first use and never freed.
@usableFromInline
struct WordTables: @unchecked Sendable {  // the pointers are to memory that nobody writes once `init` is over
    /// A bit a scalar: bit n % 64 of word n / 64 tells whether scalar n is a word character. 136 KiB, of which a
    /// look-up touches one cache line.
    @usableFromInline let wordBits: UnsafePointer<UInt64>
    /// For each 256 scalars the index of their page in `lowerCaseDeltas`, 0x1100 entries; 0 is a page of zeros.
    @usableFromInline let lowerCasePages: UnsafePointer<UInt8>
    /// 256 numbers a page: what to add to the scalar to get its lower case.
    @usableFromInline let lowerCaseDeltas: UnsafePointer<Int32>

    init() {
        wordBits = Self.allocated(Self.expandedWordBits())
        let (pages, deltas) = Self.expandedLowerCase()
        lowerCasePages = Self.allocated(pages)
        lowerCaseDeltas = Self.allocated(deltas)
    }

    private static func expandedWordBits() -> [UInt64] {
        var bits = [UInt64](repeating: 0, count: 0x110000 / 64)
        let ranges = UnicodeTables.wordRanges
        for index in stride(from: 0, to: ranges.count, by: 2) {
            let first = Int(ranges[index])
            let last = Int(ranges[index + 1])
            for word in first / 64...last / 64 {
                let from = max(first - word * 64, 0)
                let through = min(last - word * 64, 63)
                bits[word] |= UInt64.max << UInt64(from) & UInt64.max >> UInt64(63 - through)
            }
        }
        return bits
    }

    private static func expandedLowerCase() -> (pages: [UInt8], deltas: [Int32]) {
        var pages = [UInt8](repeating: 0, count: 0x1100)
        var deltas = [Int32](repeating: 0, count: 256)
        let runs = UnicodeTables.lowerCaseRuns
        for index in stride(from: 0, to: runs.count, by: 4) {
            for scalar in stride(from: Int(runs[index]), through: Int(runs[index + 1]), by: Int(runs[index + 2])) {
                if pages[scalar / 256] == 0 {
                    pages[scalar / 256] = UInt8(deltas.count / 256)
                    deltas.append(contentsOf: repeatElement(0, count: 256))
                }
                deltas[Int(pages[scalar / 256]) * 256 + scalar % 256] = runs[index + 3]
            }
        }
        return (pages, deltas)
    }

    private static func allocated<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
        let pointer = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        pointer.initialize(from: elements, count: elements.count)
        return UnsafePointer(pointer)
    }
}

@usableFromInline
let wordTables = WordTables()
