import QueryLanguage

/// Queries that have something to do with given events: their values, parts and other spellings of them, near misses.
struct RandomQueries {
    private var random: SeededRandom
    private let pool: [(field: String, value: BruteEvent.Value)]
    /// Those of the pool with characters above ASCII, and those that are numbers or addresses: asked for more often.
    private let odd: [(field: String, value: BruteEvent.Value)]
    private let numbers: [(field: String, value: BruteEvent.Value)]
    private let addresses: [(field: String, value: BruteEvent.Value)]

    /// - Parameter lines: the events to draw values from; rejects among them are passed over.
    init(seed: UInt64, lines: [[UInt8]]) {
        random = SeededRandom(seed: seed)
        pool = lines.compactMap { BruteEvent(line: $0) }.flatMap { $0.texts.map { (String($0.path), $0.value) } }
        odd = pool.filter { _, value in value.text?.contains { !$0.isASCII } ?? false }
        numbers = pool.filter { _, value in value.text.flatMap { BruteNumber(String($0)) } != nil }
        addresses = pool.filter { _, value in value.text.flatMap { BruteAddress(String($0)) } != nil }
    }

    /// A query of up to `depth` levels of AND, OR and NOT.
    mutating func query(depth: Int = 2) -> Query {
        guard depth > 0, random.chance(50) else { return leaf() }
        switch random.int(0...10) {
        case 10: return list()
        case 0...3: return .and((0..<random.int(2...3)).map { _ in query(depth: depth - 1) })
        case 4...6: return .or((0..<random.int(2...3)).map { _ in query(depth: depth - 1) })
        case 7...8: return .not(query(depth: depth - 1))
        default:
            // As the parser leaves `f:(a OR NOT b)`.
            let (field, value) = sample()
            return .or([.field(field, test(field, value)), .not(.field(field, test(field, value)))])
        }
    }

    /// Many values of one field, as a list of addresses or accounts is asked for.
    private mutating func list() -> Query {
        let (field, value) = sample()
        let values = pool.filter { $0.field == field }.map(\.value)
        return .or(
            (0..<random.int(2...9)).map { _ in
                .field(field, test(field, values.isEmpty || random.chance(20) ? value : random.pick(values)))
            })
    }

    mutating func leaf() -> Query {
        if random.chance(2) { return .everything }
        let (field, value) = sample()
        if random.chance(4) { return .anywhere(.regex(regex(value.text ?? [], isWhole: false))) }
        if random.chance(30) { return .anywhere(.pattern(words(value.text ?? []))) }
        let name = random.chance(5) ? random.pick(RandomEvents.fieldNames) : field
        return .field(name, test(name, value))
    }

    private mutating func sample() -> (field: String, value: BruteEvent.Value) {
        guard !pool.isEmpty, !random.chance(5) else {
            return (
                random.pick(RandomEvents.fieldNames),
                .string(Scalars(random.pick(RandomValues.oddities).unicodeScalars))
            )
        }
        if random.chance(25) {
            // The fields with rules of their own, whatever else the events hold.
            let special = ["@timestamp", "timestamp", "message", "error.message", "event.original"]
            for _ in 0..<60 {
                let candidate = random.pick(pool)
                if special.contains(candidate.field) { return candidate }
            }
            return (random.pick(special), random.pick(pool).value)
        }
        if !odd.isEmpty, random.chance(15) { return random.pick(odd) }
        if !numbers.isEmpty, random.chance(15) { return random.pick(numbers) }
        if !addresses.isEmpty, random.chance(20) { return random.pick(addresses) }
        return random.pick(pool)
    }

    // MARK: Tests

    private mutating func test(_ field: String, _ value: BruteEvent.Value) -> FieldTest {
        let text = value.text ?? []
        if random.chance(6) { return .exists }
        let isFullText = ["message", "error.message", "event.original"].contains(field)
        if random.chance(12) { return .literal(.regex(regex(text, isWhole: !isFullText))) }
        if field == "@timestamp" || field == "timestamp", random.chance(80) {
            return random.chance(40)
                ? .literal(.pattern(plain(random.pick(RandomValues.dates))))
                : range(.date, near: date(text), among: RandomValues.dates)
        }
        if isFullText, random.chance(90) {
            return .literal(.pattern(words(text)))
        }
        if BruteAddress(String(text)) != nil, random.chance(65) {
            switch random.int(0...2) {
            case 0: return .literal(.pattern(plain(near(.address, String(text), among: RandomValues.addresses))))
            case 1: return .literal(.pattern(plain(random.pick(RandomValues.networks))))
            default: return range(.address, near: String(text), among: RandomValues.addresses)
            }
        }
        if BruteNumber(String(text)) != nil, random.chance(70) {
            return random.chance(40)
                ? .literal(.pattern(plain(near(.number, String(text), among: RandomValues.numbers))))
                : range(.number, near: String(text), among: RandomValues.numbers)
        }
        if BruteTime.instant(String(text)) != nil, random.chance(60) {
            // A year alone is a date on the time fields only.
            return range(.date, near: String(text), among: RandomValues.dates.filter { $0.count > 4 })
        }
        return .literal(.pattern(whole(text)))
    }

    private mutating func regex(_ text: Scalars, isWhole: Bool) -> String {
        var expressions = RandomRegex(seed: random.next())
        return expressions.expression(for: text, isWhole: isWhole)
    }

    private mutating func date(_ text: Scalars) -> String {
        random.chance(40) && BruteTime.instant(String(text)) != nil ? String(text) : random.pick(RandomValues.dates)
    }

    /// A comparison or a range whose ends are of one kind and in order, as the parser guarantees.
    private mutating func range(_ kind: Bound.Kind, near text: String, among texts: [String]) -> FieldTest {
        let other = near(kind, text, among: texts)
        if random.chance(50) {
            return .compare(random.pick(Comparison.allCases), Bound(text: random.chance(50) ? text : other, kind: kind))
        }
        let isOrdered = (Self.order(kind, text, other) ?? 0) <= 0
        var low = end(kind, isOrdered ? text : other)
        var high = end(kind, isOrdered ? other : text)
        if random.chance(15) { low = .open }
        if random.chance(15) { high = .open }
        return .range(low, high)
    }

    /// One of the texts that is of the same kind; every other time one of the same value if there is one.
    private mutating func near(_ kind: Bound.Kind, _ text: String, among texts: [String]) -> String {
        let comparable = texts.filter { Self.order(kind, $0, text) != nil }
        let equal = comparable.filter { Self.order(kind, $0, text) == 0 }
        return random.pick(random.chance(50) && !equal.isEmpty ? equal : comparable)
    }

    private mutating func end(_ kind: Bound.Kind, _ text: String) -> RangeEnd {
        random.chance(50) ? .inclusive(Bound(text: text, kind: kind)) : .exclusive(Bound(text: text, kind: kind))
    }

    /// Nil if the texts are not both of the kind (for addresses, of one family).
    private static func order(_ kind: Bound.Kind, _ a: String, _ b: String) -> Int? {
        switch kind {
        case .number:
            guard let a = BruteNumber(a), let b = BruteNumber(b) else { return nil }
            return BruteNumber.compare(a, b)
        case .address:
            guard let a = BruteAddress(a), let b = BruteAddress(b), a.isSameFamily(b) else { return nil }
            return BruteAddress.compare(a, b)
        case .date:
            guard let a = BruteTime.period(a, allowYear: true), let b = BruteTime.period(b, allowYear: true) else {
                return nil
            }
            return a.first == b.first ? 0 : a.first < b.first ? -1 : 1
        }
    }

    // MARK: Texts

    /// A literal for a whole value.
    private mutating func whole(_ text: Scalars) -> Pattern {
        switch random.int(0...9) {
        case 0...3: return plain(String(text))
        case 4: return plain(String(changed(text)))
        case 5: return plain(random.pick(RandomValues.oddities))
        default:
            let pattern = withWildcards(random.chance(20) ? changed(text) : text)
            return random.chance(30) ? Self.pattern([.anyRun] + pattern.pieces + [.anyRun]) : pattern
        }
    }

    /// A word, phrase or part of the text, to be found inside it. Never empty unless the text is.
    private mutating func words(_ text: Scalars) -> Pattern {
        guard !text.isEmpty else {
            return random.chance(50) ? plain(random.pick(RandomValues.words)) : Pattern(pieces: [.anyRun])
        }
        var start = random.int(0...text.count - 1)
        var end = min(text.count, start + random.int(1...random.pick([4, 12, 40, 200])))
        if random.chance(65) {
            while start > 0, BruteText.isWord(text[start]), BruteText.isWord(text[start - 1]) { start -= 1 }
            while end < text.count, BruteText.isWord(text[end]), BruteText.isWord(text[end - 1]) { end += 1 }
        }
        var part = Scalars(text[start..<end])
        if random.chance(40) { part = changed(part) }
        guard random.chance(35), !part.isEmpty else { return plain(String(part)) }
        var pieces = random.chance(60) ? withWildcards(part).pieces : [.text(String(part))]
        if random.chance(30) { pieces = [.anyRun] + pieces }
        if random.chance(40) { pieces.append(.anyRun) }
        return Self.pattern(pieces)
    }

    /// Other letters' case, or a scalar more, less or another.
    private mutating func changed(_ text: Scalars) -> Scalars {
        guard !text.isEmpty else { return ["x"] }
        let place = random.int(0...text.count - 1)
        var copy = text
        switch random.int(0...7) {
        case 0...2: return Scalars(String(text).uppercased().unicodeScalars)
        case 3...4: return Scalars(String(text).lowercased().unicodeScalars)
        case 5: if copy.count > 1 { copy.remove(at: place) }
        case 6: copy.insert(random.pick(["x", "é", " ", "_", "0"]), at: place)
        default: copy[place] = random.pick(["x", "K", "\u{212A}", "Z", "."])
        }
        return copy
    }

    /// The text with some stretches replaced by `*` and some scalars by `?`.
    private mutating func withWildcards(_ text: Scalars) -> Pattern {
        var pieces: [Pattern.Piece] = []
        var place = 0
        let rate = max(4, 100 / max(1, text.count))
        while place < text.count {
            if random.chance(rate) {
                pieces.append(.anyRun)
                place += random.int(0...min(6, text.count - place))
            } else if random.chance(rate) {
                pieces.append(.anyOne)
                place += 1
            } else {
                pieces.append(.text(String(text[place])))
                place += 1
            }
        }
        if pieces.isEmpty { pieces = [.anyRun] }
        return Self.pattern(pieces)
    }

    private func plain(_ text: String) -> Pattern {
        Self.pattern([.text(text)])
    }

    /// Neighbouring texts joined and empty ones dropped, as the parser does.
    private static func pattern(_ pieces: [Pattern.Piece]) -> Pattern {
        var joined: [Pattern.Piece] = []
        for piece in pieces {
            if case .text(let text) = piece {
                if text.isEmpty { continue }
                if case .text(let before)? = joined.last {
                    joined[joined.count - 1] = .text(before + text)
                    continue
                }
            }
            joined.append(piece)
        }
        return Pattern(pieces: joined)
    }
}
