/// Entries of a dictionary's part, in ascending order, if they are better kept by their numbers (`NumberedEntries`).
struct NumberedPart {
    let layout: EntryLayout
    private let template: [UInt8]
    /// Of the longest number.
    private let digits: Int
    private var keys: [UInt64] = []
    private var counts: [UInt8] = []
    private var others: [(place: Int, bytes: UnsafeBufferPointer<UInt8>)] = []

    /// Nil if too few entries are alike.
    ///
    /// - Parameter entries: none empty; their memory must stay as long as this is used.
    init?(_ entries: [UnsafeBufferPointer<UInt8>]) {
        let most = entries.count / (EntryLayout.numbersAnOther + 1)
        guard entries.count - most >= EntryLayout.fewestNumbers else { return nil }
        if let found = Self(integers: entries, most) {
            self = found
        } else if let found = Self(addresses: entries, most) {
            self = found
        } else if let found = Self(template: entries, most) {
            self = found
        } else {
            return nil
        }
    }

    /// Enters each entry with its key, or as one that has none; nil if too many have none.
    private init?(
        _ layout: EntryLayout, template: [UInt8], digits: Int, _ entries: [UnsafeBufferPointer<UInt8>], _ most: Int,
        key: (UnsafeBufferPointer<UInt8>) -> UInt64?
    ) {
        (self.layout, self.template, self.digits) = (layout, template, digits)
        for (place, entry) in entries.enumerated() {
            if let key = key(entry) {
                keys.append(key)
            } else {
                others.append((place, entry))
                if others.count > most { return nil }
            }
        }
    }

    private init?(addresses entries: [UnsafeBufferPointer<UInt8>], _ most: Int) {
        self.init(.addresses, template: [], digits: 0, entries, most, key: OctetOrder.key)
    }

    private init?(integers entries: [UnsafeBufferPointer<UInt8>], _ most: Int) {
        var lengths = [Int](repeating: 0, count: EntryLayout.mostDigits + 1)
        for entry in entries { lengths[Self.isInteger(entry) ? entry.count : 0] += 1 }
        guard lengths[0] <= most, var digits = lengths.lastIndex(where: { $0 > 0 }) else { return nil }
        // A few long ones are rather kept as texts.
        var longer = 0
        while longer + lengths[digits] <= min(entries.count / EntryLayout.integersALonger, most - lengths[0]) {
            longer += lengths[digits]
            digits -= 1
        }
        (layout, template, self.digits) = (.integers, [], digits)
        for (place, entry) in entries.enumerated() {
            if Self.isInteger(entry), entry.count <= digits {
                let number = entry.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
                keys.append(number * EntryLayout.powers[digits - entry.count])
                counts.append(UInt8(entry.count))
            } else {
                others.append((place, entry))
            }
        }
    }

    /// Texts like the one in the middle.
    private init?(template entries: [UnsafeBufferPointer<UInt8>], _ most: Int) {
        let sample = entries[entries.count / 2]
        let template = sample.map { Self.isDigit($0) ? 0 : $0 }
        let digits = template.count { $0 == 0 }
        guard 1...EntryLayout.mostDigits ~= digits else { return nil }
        self.init(.template, template: template, digits: digits, entries, most) { Self.key($0, template) }
    }

    /// The number of a text like the template.
    private static func key(_ entry: UnsafeBufferPointer<UInt8>, _ template: [UInt8]) -> UInt64? {
        guard entry.count == template.count else { return nil }
        var key: UInt64 = 0
        for (byte, wanted) in zip(entry, template) {
            if wanted != 0 {
                if byte != wanted { return nil }
            } else {
                guard isDigit(byte) else { return nil }
                key = key * 10 + UInt64(byte - 0x30)
            }
        }
        return key
    }

    /// Appends the part's content.
    func write(into out: inout [UInt8]) {
        out.appendVarint(UInt64(others.count))
        var next = 0
        for other in others {
            out.appendVarint(UInt64(other.place - next))
            out.appendVarint(UInt64(other.bytes.count))
            out.append(contentsOf: other.bytes)
            next = other.place + 1
        }
        switch layout {
        case .integers:
            out.append(UInt8(digits))
            out += counts
        case .template:
            out.appendVarint(UInt64(template.count))
            out += template
        case .addresses:
            break
        case .texts:
            preconditionFailure("texts have no numbers")
        }
        EntrySteps.write(keys, into: &out)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }

    /// Without sign, zeros in front, point and exponent.
    private static func isInteger(_ entry: UnsafeBufferPointer<UInt8>) -> Bool {
        1...EntryLayout.mostDigits ~= entry.count && entry.allSatisfy(isDigit) && (entry[0] != 0x30 || entry.count == 1)
    }
}
