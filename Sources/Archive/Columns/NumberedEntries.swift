/// A part of a dictionary of which nearly all entries are numbers or addresses, or texts that differ in one number alone.
///
/// They are kept as the steps from one key to the next, so that a range is found without the texts. Keys are in the order of
/// the texts' bytes: an integer's is the number with as many zeros behind it as it has digits less than the longest, an
/// address's its octets' places (`OctetOrder`).
public struct NumberedEntries {
    private enum Form {
        /// Integers with so many digits each.
        case integers(counts: UnsafeRawBufferPointer)
        /// Zero bytes stand for the digits.
        case template(UnsafeRawBufferPointer)
        case addresses
    }

    let firstCode: UInt32
    private let others: OtherEntries
    private let form: Form
    /// Of the longest number.
    private let digits: Int
    /// All keys are less.
    private let limit: UInt64
    private let steps: EntrySteps

    /// - Parameter content: must stay as long as this is used.
    /// - Throws: `ArchiveError.damaged` if the content is not such a part.
    init(
        _ layout: EntryLayout, firstCode: UInt32, entries: Int, _ content: UnsafeRawBufferPointer
    ) throws(ArchiveError) {
        // The codes must exist.
        guard firstCode >= 2, entries <= Int(UInt32.max - firstCode) else { throw Self.damaged }
        self.firstCode = firstCode
        var reader = ByteReader(content)
        others = try OtherEntries(&reader, among: entries)
        let numbers = entries - others.count
        switch layout {
        case .integers:
            digits = Int(try reader.take(1)[0])
            form = .integers(counts: try reader.take(numbers))
        case .template:
            let text = try reader.take(try reader.length())
            digits = text.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
            form = .template(text)
        case .addresses:
            digits = 1
            form = .addresses
        case .texts:
            throw Self.damaged
        }
        let start = try reader.varint()
        let width = Int(try reader.take(1)[0])
        guard 1...EntryLayout.mostDigits ~= digits, 1...8 ~= width else { throw Self.damaged }
        limit = layout == .addresses ? 1 << 32 : EntryLayout.powers[digits]
        guard start < limit else { throw Self.damaged }
        steps = EntrySteps(count: numbers, from: start, width: width, try reader.take(numbers * width))
        guard reader.isAtEnd else { throw Self.damaged }
        if case .integers(let counts) = form { try checkFirst(counts) }
    }

    /// No integer begins with 0 but 0 itself, which comes first: as keys ascend, the first two tell.
    private func checkFirst(_ counts: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard steps.count > 0 else { return }
        let least = EntryLayout.powers[digits - 1]
        let first = steps.start &+ steps[0]
        if first >= least { return }
        guard first == 0, counts[0] == 1, steps.count == 1 || steps[1] >= least else { throw Self.damaged }
    }

    var entries: Int { steps.count + others.count }

    /// Nil: numbers are not whole entries.
    var kind: SoughtNumbers.Kind? {
        switch form {
        case .integers: .integers
        case .addresses: .addresses
        case .template: nil
        }
    }

    /// Marks the codes of the numbers that are sought, and calls `other` with each entry that is no number. Only where the
    /// numbers are of the kind that is sought.
    ///
    /// - Parameters:
    ///   - marks: by code; a number's becomes `mark` if it is sought, else 0.
    /// - Throws: `ArchiveError.damaged` if a code has no place in `marks`, or an entry is no number; what `other` throws.
    public func mark(
        _ sought: SoughtNumbers, in marks: UnsafeMutableBufferPointer<UInt8>, as mark: UInt8,
        other: (UInt32, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard sought.kind == kind, Int(firstCode) + entries <= marks.count, let codes = marks.baseAddress else {
            throw Self.damaged
        }
        if case .integers(let counts) = form {
            return try self.mark(sought.ranges, counts, codes + Int(firstCode), mark, other)
        }
        let octets = OctetOrder.octets.map(Int64.init)
        try forEachKey(
            { code, _, key in
                let (high, low) = (octets[Int(key >> 24)] << 24 | octets[Int(key >> 16 & 0xFF)] << 16, key & 0xFFFF)
                let address = high | octets[Int(low >> 8)] << 8 | octets[Int(low & 0xFF)]
                codes[Int(code)] = sought.contains(address) ? mark : 0
            }, other)
    }

    /// As `mark` for integers: their digits tell which keys pass.
    ///
    /// - Parameter codes: from the first code of the part on.
    private func mark(
        _ ranges: [ClosedRange<Int64>], _ counts: UnsafeRawBufferPointer, _ codes: UnsafeMutablePointer<UInt8>,
        _ mark: UInt8, _ other: (UInt32, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        // For each byte that may stand for a number of digits.
        try withUnsafeTemporaryAllocation(of: SoughtKeys.self, capacity: 256) { sought in
            sought.initialize(repeating: SoughtKeys())
            for count in 1...digits { sought[count].advance(to: 0, ranges, digits: count, of: digits) }
            var (key, next) = (steps.start, 0)
            func markRun(to end: Int, passed: Int) throws(ArchiveError) {
                let run = next..<end
                let target = codes + passed
                key =
                    switch steps.width {
                    case 1: try self.markRun(run, after: key, counts, ranges, sought, target, mark) { steps.low($0) }
                    case 2: try self.markRun(run, after: key, counts, ranges, sought, target, mark) { steps.lowTwo($0) }
                    default: try self.markRun(run, after: key, counts, ranges, sought, target, mark) { steps[$0] }
                    }
                next = end
            }
            var cursor = others.cursor()
            var passed = 0
            while let rest = try cursor.next() {
                try markRun(to: rest.place - passed, passed: passed)
                try other(firstCode &+ UInt32(truncatingIfNeeded: rest.place), rest.bytes)
                passed += 1
            }
            try markRun(to: steps.count, passed: passed)
        }
    }

    /// Of the integers with one number of digits those keys that are sought next.
    private struct SoughtKeys {
        var least = UInt64.max
        var greatest = UInt64.max
        /// The range that follows.
        private var next = 0

        /// Goes on to the first range that does not end before the key.
        ///
        /// - Parameter digits: of the integers; of the longest integer.
        @inline(never)
        mutating func advance(to key: UInt64, _ ranges: [ClosedRange<Int64>], digits: Int, of most: Int) {
            let (unit, limit) = (EntryLayout.powers[most - digits], EntryLayout.powers[digits])
            while next < ranges.count {
                let range = ranges[next]
                next += 1
                guard range.upperBound >= 0 else { continue }
                let (low, high) = (UInt64(max(range.lowerBound, 0)), UInt64(range.upperBound))
                guard low < limit else { break }
                (least, greatest) = (low * unit, (min(high, limit - 1) + 1) * unit - 1)
                if greatest >= key { return }
            }
            (least, greatest) = (.max, .max)
        }
    }

    /// Marks consecutive numbers, without a branch for each that is taken now and then; returns the last key.
    ///
    /// - Parameters:
    ///   - sought: by number of digits.
    ///   - marks: by place.
    @inline(__always)
    private func markRun(
        _ run: Range<Int>, after start: UInt64, _ counts: UnsafeRawBufferPointer, _ ranges: [ClosedRange<Int64>],
        _ sought: UnsafeMutableBufferPointer<SoughtKeys>, _ marks: UnsafeMutablePointer<UInt8>, _ mark: UInt8,
        _ step: (Int) -> UInt64
    ) throws(ArchiveError) -> UInt64 {
        guard let sought = sought.baseAddress, !run.isEmpty else { return start }
        let (limit, digits) = (limit, digits)
        var key = start
        var impossible: UInt8 = 0
        for place in run {
            let step = step(place)
            key &+= step
            let count = Int(counts[place])
            impossible |=
                (step < limit ? 0 : 1) | (key < limit ? 0 : 1) | (UInt(bitPattern: count &- 1) < digits ? 0 : 1)
            if key > sought[count].greatest {
                // Of an impossible key nothing is told.
                guard impossible == 0 else { throw Self.damaged }
                sought[count].advance(to: key, ranges, digits: count, of: digits)
            }
            marks[place] = key >= sought[count].least ? mark : 0
        }
        guard impossible == 0 else { throw Self.damaged }
        return key
    }

    /// Calls `number` with code, place among the numbers, and key, and `other` with the entries without one, by ascending codes.
    @inline(__always)
    private func forEachKey(
        _ number: (UInt32, Int, UInt64) throws -> Void, _ other: (UInt32, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var key = steps.start
        var passed = 0
        var cursor = others.cursor()
        var rest = try cursor.next()
        var nextOther = rest?.place ?? .max
        for place in 0..<steps.count {
            while place &+ passed == nextOther, let entry = rest {
                try other(firstCode &+ UInt32(truncatingIfNeeded: nextOther), entry.bytes)
                passed &+= 1
                rest = try cursor.next()
                nextOther = rest?.place ?? .max
            }
            let step = steps[place]
            guard step < limit, key &+ step < limit else { throw Self.damaged }
            key &+= step
            try number(firstCode &+ UInt32(truncatingIfNeeded: place &+ passed), place, key)
        }
        while let entry = rest {
            try other(firstCode &+ UInt32(truncatingIfNeeded: entry.place), entry.bytes)
            rest = try cursor.next()
        }
    }

    // MARK: Texts

    /// At most so many bytes are needed for the entries as texts, each with its length.
    var mostTextBytes: Int {
        let longest =
            switch form {
            case .integers: digits
            case .template(let text): text.count
            // In quotation marks.
            case .addresses: 17
            }
        return others.textBytes + steps.count * Self.bytes(withLength: longest)
    }

    /// Writes the entries as texts, each with its length.
    ///
    /// - Parameter room: of `mostTextBytes`.
    /// - Returns: the bytes that were written.
    /// - Throws: `ArchiveError.damaged` if an entry would be no number.
    func writeTexts(into room: UnsafeMutableRawBufferPointer) throws -> UnsafeRawBufferPointer {
        var target = TextTarget(room)
        switch form {
        case .integers(let counts):
            try forEachKey(
                { _, place, key in
                    let count = Int(counts[place])
                    guard 1...digits ~= count else { throw Self.damaged }
                    target.write(digits: key / EntryLayout.powers[digits - count], count: count)
                }, { target.write($1) })
        case .template(let text):
            let places = text.indices.filter { text[$0] == 0 }
            var previous: (key: UInt64, at: Int)?
            try forEachKey(
                { _, _, key in
                    let at = target.write(text, like: previous?.at)
                    target.set(digits: key, places, at: at, unlike: previous?.key)
                    previous = (key, at)
                }, { target.write($1) })
        case .addresses:
            let texts = OctetOrder.texts
            try forEachKey(
                { _, _, key in
                    target.write(address: key, texts)
                }, { target.write($1) })
        }
        return UnsafeRawBufferPointer(rebasing: room[..<target.at])
    }

    static func bytes(withLength count: Int) -> Int {
        max(1, (UInt64.bitWidth - UInt64(count).leadingZeroBitCount + 6) / 7) + count
    }

    static var damaged: ArchiveError { ArchiveError(.damaged, "an impossible part of a dictionary") }
}

/// Memory that texts are written to, one after the other.
private struct TextTarget {
    private let room: UnsafeMutableRawBufferPointer
    private(set) var at = 0

    init(_ room: UnsafeMutableRawBufferPointer) {
        self.room = room
    }

    private mutating func write(length: Int) {
        var bytes: [UInt8] = []
        bytes.appendVarint(UInt64(length))
        for byte in bytes {
            room[at] = byte
            at += 1
        }
    }

    mutating func write(_ entry: UnsafeRawBufferPointer) {
        write(length: entry.count)
        UnsafeMutableRawBufferPointer(rebasing: room[at..<at + entry.count]).copyMemory(from: entry)
        at += entry.count
    }

    /// A number of so many digits, at most 18.
    mutating func write(digits number: UInt64, count: Int) {
        room[at] = UInt8(count)
        var rest = number
        var place = at + count
        while place > at {
            let next = rest / 10
            room[place] = 0x30 + UInt8(truncatingIfNeeded: rest &- next &* 10)
            rest = next
            place -= 1
        }
        at += 1 + count
    }

    /// An address in quotation marks.
    ///
    /// - Parameters:
    ///   - key: its octets' places.
    ///   - texts: by place, each with its length in the lowest byte.
    mutating func write(address key: UInt64, _ texts: [UInt32]) {
        let start = at
        room[start + 1] = UInt8(ascii: "\"")
        at += 2
        // Behind the text there is room for what is written too much.
        let isWide = room.count - start >= 24
        for shift in stride(from: UInt64(24), through: 0, by: -8) {
            let text = texts[Int(key >> shift & 0xFF)]
            let length = Int(text & 0xFF)
            let end = shift > 0 ? UInt8(ascii: ".") : UInt8(ascii: "\"")
            if isWide {
                room.storeBytes(of: (text >> 8).littleEndian, toByteOffset: at, as: UInt32.self)
            } else {
                for place in 0..<length { room[at + place] = UInt8(truncatingIfNeeded: text >> UInt32(8 * place + 8)) }
            }
            room[at + length] = end
            at += length + 1
        }
        room[start] = UInt8(at - start - 1)
    }

    /// Writes the template, or the text like it that stands at `earlier`; returns where it stands.
    mutating func write(_ template: UnsafeRawBufferPointer, like earlier: Int?) -> Int {
        if template.count < 0x80 {
            room[at] = UInt8(template.count)
            at += 1
        } else {
            write(length: template.count)
        }
        let start = at
        let source = earlier.map { UnsafeRawBufferPointer(rebasing: room[$0..<$0 + template.count]) } ?? template
        UnsafeMutableRawBufferPointer(rebasing: room[start..<start + template.count]).copyMemory(from: source)
        at += template.count
        return start
    }

    /// Sets the digits of a text at these places, the highest first; those are there that `number` shares with `earlier`.
    func set(digits number: UInt64, _ places: [Int], at start: Int, unlike earlier: UInt64?) {
        var (rest, old) = (number, earlier ?? 0)
        for place in places.reversed() {
            if earlier != nil, rest == old { return }
            let next = rest / 10
            room[start + place] = 0x30 + UInt8(truncatingIfNeeded: rest &- next &* 10)
            (rest, old) = (next, old / 10)
        }
    }
}
