import Archive
import Events

/// Tests of one field of which one must pass, run together over the entries of a dictionary.
///
/// Whole texts and addresses are looked up among all that are asked for, so that a list of a thousand costs about as much as
/// one. Used by one thread at a time, for one dictionary.
final class TestList {
    /// A test that must be run. A class, as copies for each entry would cost more than the test.
    private final class Other {
        private let test: CompiledTest
        let fast: FastTest?
        private var filter: EntryFilter

        init(_ test: CompiledTest) {
            self.test = test
            fast = FastTest(test)
            filter = EntryFilter(test)
        }

        func begin(_ part: UnsafeRawBufferPointer) { filter.begin(part) }

        func mayPass(_ entry: UnsafeRawBufferPointer) -> Bool { filter.mayPass(entry) }

        func next(from offset: Int) -> Int { filter.next(from: offset) }

        func matches(_ kind: ValueKind, _ text: UnsafeRawBufferPointer) -> Bool {
            fast?.judge(kind, text) ?? test.matches(kind: kind, text: text)
        }
    }

    private let decoder = EntryDecoder()
    private let texts = ValueTable()
    private var addresses: Set<IPAddress> = []
    private var others: [Other] = []
    /// All there is.
    private let single: Other?
    /// Of the present entry, the others that it may pass.
    private var possible: [Other] = []

    /// Fewer tests are quicker one by one: a dictionary is swept for a text at several bytes a nanosecond.
    private static let fewest = 4

    /// Where plain entries lie that may pass; nil: anywhere.
    let ranges: [EntryRange]?
    /// The numbers that pass, of entries that are such numbers; nil: each must be tested.
    let numbers: SoughtNumbers?

    init(_ tests: [CompiledTest]) {
        let ranges = tests.map(\.entryRanges)
        self.ranges = ranges.contains { $0 == nil } ? nil : ranges.flatMap { $0 ?? [] }
        let numbers = tests.map(\.numbers)
        self.numbers = numbers.contains { $0 == nil } ? nil : SoughtNumbers(anyOf: numbers.compactMap { $0 })
        single = tests.count == 1 ? Other(tests[0]) : nil
        if let single {
            others = [single]
            return
        }
        for test in CompiledTest.merged(tests) {
            switch test.soughtText {
            case .text(let bytes) where tests.count >= Self.fewest: _ = bytes.withUnsafeBytes { texts.intern($0) }
            case .address(let address) where tests.count >= Self.fewest: addresses.insert(address)
            case .text, .address, nil: others.append(Other(test))
            }
        }
    }

    /// Calls `body` with the code of each entry of which a value passes one of the tests.
    ///
    /// - Throws: `ArchiveError.damaged` if an entry is not JSON, or the part is cut off; what `body` throws.
    func forEachPassing(of part: DictionaryPart, _ body: (UInt32) throws -> Void) throws {
        if let numbers, numbers.kind == .integers { return try forEachPassing(of: part, numbers, body) }
        if let fast = single?.fast { return try forEachPassing(of: part, fast, body) }
        for other in others { other.begin(part.bytes) }
        let isSwept = texts.count == 0 && addresses.isEmpty
        try part.forEachEntry(holding: { isSwept ? next(from: $0) : $0 }) { code, entry in
            if try matches(entry) { try body(code) }
        }
    }

    /// The same for a part that is kept as numbers, as marks by code (`NumberedEntries.mark`).
    func mark(
        _ numbers: NumberedEntries, _ sought: SoughtNumbers, in marks: UnsafeMutableBufferPointer<UInt8>,
        as mark: UInt8
    ) throws {
        for other in others { other.begin(UnsafeRawBufferPointer(start: nil, count: 0)) }
        try numbers.mark(sought, in: marks, as: mark) { code, entry in
            if try matches(entry) { marks[Int(code)] = mark }
        }
    }

    /// As `forEachPassing` for integers.
    private func forEachPassing(
        of part: DictionaryPart, _ integers: SoughtNumbers, _ body: (UInt32) throws -> Void
    ) throws {
        for other in others { other.begin(part.bytes) }
        guard let start = part.bytes.baseAddress else { return }
        let end = start + part.bytes.count
        try part.forEachEntry { code, entry in
            if let number = PlainInteger.value(entry, readableTo: end) {
                if integers.contains(number) { try body(code) }
            } else if try matches(entry) {
                try body(code)
            }
        }
    }

    /// As `forEachPassing` for a test by which the first octets of an address may exclude it: entries come in order, so those
    /// that follow an excluded one mostly begin so too.
    private func forEachPassing(
        of part: DictionaryPart, _ test: FastTest, _ body: (UInt32) throws -> Void
    ) throws {
        // The first bytes of an entry that was excluded, in the lowest bytes of a word, and which bits count.
        var excluded: (start: UInt64, mask: UInt64) = (1, 0)
        try part.forEachEntry { code, entry in
            // Of several values each would have to be excluded.
            if entry.count >= 8, let base = entry.baseAddress, !EntryDecoder.holdsSeveral(entry) {
                let start = base.loadUnaligned(as: UInt64.self).littleEndian
                if start & excluded.mask == excluded.start { return }
                if entry[0] == UInt8(ascii: "\"") {
                    let bytes = test.excludingBytes(of: UnsafeRawBufferPointer(rebasing: entry.dropFirst()))
                    if bytes > 0 {
                        if bytes < 8 {
                            let mask = UInt64.max >> UInt64(8 * (7 - bytes))
                            excluded = (start & mask, mask)
                        }
                        return
                    }
                }
            }
            if try matches(entry) { try body(code) }
        }
    }

    /// The first place from `offset` on where an entry may stand that passes.
    private func next(from offset: Int) -> Int {
        if let single { return single.next(from: offset) }
        return others.reduce(Int.max) { min($0, $1.next(from: offset)) }
    }

    /// Whether a value of the entry passes one of the tests.
    ///
    /// - Throws: `ArchiveError.damaged` if the entry is not JSON.
    private func matches(_ entry: UnsafeRawBufferPointer) throws -> Bool {
        if let single {
            if let (kind, text) = decoder.plainValue(of: entry) { return single.matches(kind, text) }
        }
        possible.removeAll(keepingCapacity: true)
        for other in others where other.mayPass(entry) { possible.append(other) }
        if possible.isEmpty, texts.count == 0, addresses.isEmpty { return false }
        var found = false
        try decoder.forEachValue(of: entry) { kind, text in
            found = isSought(kind, text) || possible.contains { $0.matches(kind, text) }
            return !found
        }
        return found
    }

    private func isSought(_ kind: ValueKind, _ text: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .null, .object: return false
        case .string, .number, .boolean: break
        }
        if texts.contains(text) { return true }
        guard !addresses.isEmpty, kind == .string, let address = IPAddress.parse(text) else { return false }
        return addresses.contains(address)
    }
}

extension CompiledTest {
    /// What a value must be to pass, if that can be looked up.
    fileprivate enum SoughtText {
        case text([UInt8])
        /// In any spelling.
        case address(IPAddress)
    }

    fileprivate var soughtText: SoughtText? {
        guard case .whole(let whole) = check, case .exact(let bytes) = whole.spelling else { return nil }
        if whole.meanings.isEmpty { return .text(bytes) }
        // The literal's own text is a spelling of the address.
        guard whole.meanings.count == 1, case .address(let address) = whole.meanings[0] else { return nil }
        return .address(address)
    }
}
