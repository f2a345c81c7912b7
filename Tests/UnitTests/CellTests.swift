import Testing

@testable import Archive

/// Cells come back as they were written, are scanned as their codes say, and what is not such content is refused.
@Suite struct CellTests {
    @Test(arguments: 0..<40) func codesComeBack(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let row = Row(&random)
        for layout in row.codeLayouts {
            let content = row.content(layout)
            #expect(content.count == layout.size(row.cells.codes.count))
            #expect(CodeLayout(stored: layout.stored) == layout)
            let memory = CellMemory()
            let cells = row.stored(layout, in: memory)
            #expect(cells.expanded().map { expanded in (0..<row.count).map { expanded[$0] } } == row.all)
        }
    }

    @Test(arguments: 0..<40) func presenceComesBack(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let row = Row(&random)
        let present = row.cells.places.count
        for layout in [PresenceLayout.bitmap, .gaps] {
            let content = row.content(layout)
            let isTried = PresenceLayout.candidates(present: present, of: row.count).contains(layout)
            #expect(!isTried || layout.allows(size: content.count, present: present, of: row.count))
            #expect(try read(layout, content, present: present, of: row.count) == row.presence)
            #expect(throws: ArchiveError.self) { try read(layout, content, present: present + 1, of: row.count + 64) }
            // Whatever is damaged is refused, or is another set with as many events.
            for _ in 0..<200 {
                var damaged = content
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
                if layout == .gaps, Bool.random(using: &random) {
                    damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
                }
                guard let words = try? read(layout, damaged, present: present, of: row.count) else { continue }
                #expect(words.reduce(0) { $0 + $1.nonzeroBitCount } == present)
                #expect(row.count & 63 == 0 || (words.last ?? 0) >> UInt64(row.count & 63) == 0)
            }
        }
    }

    @Test("scans, by a span of codes and by a table, against one code after the other", arguments: 0..<60)
    func scans(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let row = Row(&random)
        let memory = CellMemory()
        let cells = row.stored(row.codeLayouts.randomElement(using: &random) ?? .planes(4), in: memory)
        for _ in 0..<20 {
            let (a, b) = (row.code(&random), row.code(&random))
            let span = min(a, b)...max(a, b)
            var words = [UInt64](repeating: 5, count: row.words + 1)
            let greatest = words.withUnsafeMutableBufferPointer { cells.mark(span, $0) }
            #expect(Array(words[..<row.words]) == row.bits { span.contains($0) })
            #expect(greatest == row.cells.high)
        }
        if row.cells.high < 70_000 {
            let table = [0] + (1...row.cells.high).map { _ in UInt8.random(in: 0...3, using: &random) }
            var first = [UInt64](repeating: 5, count: row.words)
            var second = first
            let isSound = table.withUnsafeBufferPointer { table in
                first.withUnsafeMutableBufferPointer { first in
                    second.withUnsafeMutableBufferPointer { cells.mark(by: table, first, $0) }
                }
            }
            #expect(isSound)
            #expect(first == row.bits { table[Int($0)] & 1 != 0 })
            #expect(second == row.bits { table[Int($0)] & 2 != 0 })
            var counts = [UInt64](repeating: 0, count: table.count)
            #expect(cells.count(into: &counts))
            var expected = counts.map { _ in UInt64(0) }
            for code in row.all { expected[Int(code)] += 1 }
            #expect(counts == expected)
            // The greatest code has no place.
            counts.removeLast()
            #expect(!cells.count(into: &counts))
            let short = table.dropLast()
            let isStillSound = Array(short).withUnsafeBufferPointer { table in
                first.withUnsafeMutableBufferPointer { first in
                    second.withUnsafeMutableBufferPointer { cells.mark(by: table, first, $0) }
                }
            }
            #expect(!isStillSound)
        }
        let present = StoredCells(
            count: row.count, codes: cells.codes, presence: cells.presence, values: nil, in: memory)
        var words = [UInt64](repeating: 5, count: row.words)
        words.withUnsafeMutableBufferPointer { present.markPresent($0) }
        #expect(words == row.presence)
    }

    @Test("equal sets of one row are one; of two rows they are not")
    func setsAreShared() {
        var sets = PresenceSets()
        #expect(sets.id(of: [1, 2], row: 0, proposed: 7) == 7)
        #expect(sets.id(of: [1, 3], row: 0, proposed: 9) == 9)
        #expect(sets.id(of: [1, 2], row: 1, proposed: 11) == 11)
        #expect(sets.id(of: [1, 2], row: 0, proposed: 13) == 7)
    }

    @Test(arguments: [-1, 0, 5, 16, 31, 65, 1 << 40, Int64.max, Int64.min] as [Int64])
    func otherLayoutsAreRefused(_ stored: Int64) {
        #expect(CodeLayout(stored: stored) == nil)
        #expect(stored == 0 || PresenceLayout(rawValue: stored) == nil)
    }

    // MARK: before format 3.0

    @Test(arguments: 0..<20) func oldSparseCellsComeBack(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let row = Row(&random)
        let width = CodeCells.width(for: row.cells.high)
        let layout = try #require(OldCellLayout(stored: Int64(16 + width)))
        var content: [UInt8] = []
        content.appendVarint(UInt64(row.cells.places.count))
        content += row.content(.gaps)
        for code in row.cells.codes {
            for place in 0..<width { content.append(UInt8(code >> UInt32(8 * place) & 255)) }
        }
        let expanded = try expand(content, layout, count: row.count)
        let codes = stride(from: 0, to: expanded.count, by: width).map { at in
            (0..<width).reduce(UInt32(0)) { $0 | UInt32(expanded[at + $1]) << UInt32(8 * $1) }
        }
        #expect(codes == row.all)
        for _ in 0..<200 {
            var damaged = content
            damaged[Int.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
            if Bool.random(using: &random) { damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random)) }
            _ = try? expand(damaged, layout, count: row.count)
        }
    }

    @Test(arguments: [-1, 0, 3, 8, 15, 16, 19, 32, 33, Int64.max, Int64.min] as [Int64])
    func otherOldLayoutsAreRefused(_ stored: Int64) {
        #expect(OldCellLayout(stored: stored) == nil)
    }

    // MARK: support

    private func read(
        _ layout: PresenceLayout, _ content: [UInt8], present: Int, of count: Int
    ) throws -> [UInt64] {
        var words = [UInt64](repeating: 7, count: (count + 63) / 64)
        guard layout.allows(size: content.count, present: present, of: count) else {
            throw ArchiveError(.damaged, "refused by its size")
        }
        try content.withUnsafeBytes { content in
            try words.withUnsafeMutableBufferPointer {
                try layout.read(content, present: present, of: count, into: $0)
            }
        }
        return words
    }

    private func expand(_ content: [UInt8], _ layout: OldCellLayout, count: Int) throws -> [UInt8] {
        var room = [UInt8](repeating: 7, count: count * layout.width)
        try content.withUnsafeBytes { bytes in
            try room.withUnsafeMutableBytes { try layout.expand(bytes, into: $0) }
        }
        return room
    }

    /// The cells of a row, of some events with a value at least.
    private struct Row {
        let count: Int
        private(set) var cells = CellRow()
        /// Of all events.
        private(set) var all: [UInt32]

        init(_ random: inout SeededGenerator) {
            count = [1, 2, 17, 64, 300, 65_536].randomElement(using: &random) ?? 1
            let lowest: UInt32 = [1, 2, 200, 70_000].randomElement(using: &random) ?? 1
            let spread: UInt32 =
                [0, 1, 2, 7, 254, 255, 256, 8_191, 65_535, 65_536, 16_777_216, UInt32.max - 70_000].randomElement(
                    using: &random) ?? 0
            let share = ([0.001, 0.06, 0.2, 0.5, 0.97, 1] as [Double]).randomElement(using: &random) ?? 1
            let rises = Bool.random(using: &random)
            all = [UInt32](repeating: 0, count: count)
            for place in 0..<count where Double.random(in: 0..<1, using: &random) < share || place == count / 2 {
                let step = rises ? min(spread, UInt32(place)) : .random(in: 0...spread, using: &random)
                all[place] = lowest + step
                cells.append(all[place], at: place)
            }
        }

        var words: Int { (count + 63) / 64 }
        var codeLayouts: [CodeLayout] { CodeLayout.candidates(highest: cells.high - cells.low) }
        var presence: [UInt64] { bits { $0 != 0 } }

        func bits(_ isWanted: (UInt32) -> Bool) -> [UInt64] {
            var bits = [UInt64](repeating: 0, count: words)
            for (place, code) in all.enumerated() where code != 0 && isWanted(code) {
                bits[place / 64] |= 1 << UInt64(place % 64)
            }
            return bits
        }

        /// A code of some event, or one beside it.
        func code(_ random: inout SeededGenerator) -> UInt32 {
            let code = cells.codes.randomElement(using: &random) ?? 1
            return [code, max(1, code - 1), code == .max ? code : code + 1, 1].randomElement(using: &random) ?? 1
        }

        func content(_ layout: CodeLayout) -> [UInt8] {
            var content: [UInt8] = []
            layout.write(cells.codes, low: cells.low, into: &content)
            return content
        }

        func content(_ layout: PresenceLayout) -> [UInt8] {
            var bitmap: [UInt8] = []
            cells.write(bitmap: &bitmap, count: count)
            var content: [UInt8] = []
            layout.write(cells.places, bitmap: bitmap, into: &content)
            return content
        }

        /// As a reader has them.
        func stored(_ layout: CodeLayout, in memory: CellMemory) -> StoredCells {
            let number = cells.codes.count
            let source = memory.room(.content, layout.size(number) + CodeLayout.slack)
            source.copyBytes(from: content(layout))
            let room = memory.room(.codes, number * layout.width)
            if let from = source.baseAddress, let to = room.baseAddress {
                layout.unpack(UnsafeRawPointer(from), count: number, into: to)
            }
            let codes = cells.low...cells.high
            let values = CodeCells(
                count: number, width: layout.width, base: cells.low, codes: codes, UnsafeRawBufferPointer(room))
            var presence: UnsafeBufferPointer<UInt64>?
            if number < count {
                let words = memory.words(.presence, events: count)
                _ = words.update(fromContentsOf: self.presence)
                presence = UnsafeBufferPointer(words)
            }
            return StoredCells(count: count, codes: codes, presence: presence, values: values, in: memory)
        }
    }
}
