import Events

/// `field:literal` without wildcards: the very text, or another spelling of the same number, address or time.
struct WholeText: Sendable {
    /// What the literal means besides its text.
    enum Meaning: Sendable {
        /// A JSON number, its text (R21).
        case number([UInt8])
        /// An address (R24).
        case address(IPAddress)
        /// The addresses of a network (R25).
        case network(IPNetwork)
        /// The instants of a period; on the time fields only (R23).
        case period(Period)
    }

    enum Spelling: Sendable {
        case exact([UInt8])
        case folded(FoldedNeedle)
    }

    let spelling: Spelling
    /// More than one only on a time field, where `2026` is a number and a year.
    let meanings: [Meaning]

    init(_ literal: String, field: String, ignoreCase: Bool) {
        spelling = ignoreCase ? .folded(FoldedNeedle(literal)) : .exact(Array(literal.utf8))
        var meanings: [Meaning] = []
        if DecimalText.isNumber(literal) {
            meanings.append(.number(Array(literal.utf8)))
        } else if let address = IPAddress.parse(literal) {
            meanings.append(.address(address))
        } else if let network = IPNetwork.parse(literal) {
            meanings.append(.network(network))
        }
        if FieldRules.isTime(field), let period = Period.parse(literal, allowYear: true) {
            meanings.append(.period(period))
        }
        self.meanings = meanings
    }

    /// What every passing value holds, if it must have the very text.
    var needle: RawNeedle? {
        guard meanings.isEmpty else { return nil }
        switch spelling {
        case .exact(let bytes): return RawNeedle(bytes, ignoreCase: false)
        case .folded(let needle): return needle.raw
        }
    }

    func matches(kind: ValueKind, text: UnsafeRawBufferPointer) -> Bool {
        switch spelling {
        case .exact(let bytes): if ByteSearch.areEqual(text, bytes) { return true }
        case .folded(let needle): if needle.equals(text) { return true }
        }
        for meaning in meanings where matches(meaning, kind: kind, text: text) { return true }
        return false
    }

    private func matches(_ meaning: Meaning, kind: ValueKind, text: UnsafeRawBufferPointer) -> Bool {
        switch meaning {
        case .number(let literal):
            // A string equals a number by its text alone: "0443" and "443.0" are not 443.
            guard kind == .number else { return false }
            return literal.withUnsafeBytes { DecimalText.compare(text, $0) == 0 }
        case .address(let address):
            return kind == .string && IPAddress.parse(text) == address
        case .network(let network):
            guard kind == .string, let address = IPAddress.parse(text) else { return false }
            return network.contains(address)
        case .period(let period):
            guard let instant = ValueTime.instant(kind: kind, text: text, isTimeField: true) else { return false }
            return period.contains(instant)
        }
    }
}

/// The time that a value means.
enum ValueTime {
    /// Texts by R22, and on the time fields JSON numbers by R50.
    static func instant(kind: ValueKind, text: UnsafeRawBufferPointer, isTimeField: Bool) -> Instant? {
        switch kind {
        case .string: TimeText.parse(text)
        case .number: isTimeField ? TimeText.parseNumber(text) : nil
        case .boolean, .null, .object: nil
        }
    }
}
