import Events
import QueryLanguage

/// A pattern with wildcards that must cover the whole text (R26).
///
/// Backtracks to the last `*` only, which is enough: time is at most the text's length times the pattern's. A piece
/// of plain text that does not occur rules a value out before that.
struct WildcardPattern: Sendable {
    private enum Unit: Sendable {
        case scalar(UInt32)
        case anyOne
        case anyRun

        var isRun: Bool {
            switch self {
            case .anyRun: true
            case .anyOne, .scalar: false
            }
        }
    }

    private enum Prefilter: Sendable {
        case none
        case bytes(ByteNeedle)
        case folded(FoldedNeedle)
    }

    private let units: [Unit]
    private let ignoreCase: Bool
    private let prefilter: Prefilter

    init(_ pattern: Pattern, ignoreCase: Bool) {
        var units: [Unit] = []
        for piece in pattern.pieces {
            switch piece {
            case .text(let text):
                for scalar in text.unicodeScalars {
                    units.append(.scalar(ignoreCase ? WordCharacters.fold(scalar.value) : scalar.value))
                }
            case .anyRun:
                units.append(.anyRun)
            case .anyOne:
                units.append(.anyOne)
            }
        }
        self.units = units
        self.ignoreCase = ignoreCase
        if let text = pattern.longestText {
            prefilter = ignoreCase ? .folded(FoldedNeedle(text)) : .bytes(ByteNeedle(Array(text.utf8)))
        } else {
            prefilter = .none
        }
    }

    /// What every passing value holds.
    var needle: RawNeedle? {
        switch prefilter {
        case .none: nil
        case .bytes(let needle): RawNeedle(needle.bytes, ignoreCase: false)
        case .folded(let needle): needle.raw
        }
    }

    /// How every passing value begins; nil if nothing is known.
    var beginning: [UInt8]? {
        guard !ignoreCase else { return nil }
        var bytes: [UInt8] = []
        for unit in units {
            guard case .scalar(let value) = unit, let scalar = Unicode.Scalar(value) else { break }
            bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
        }
        return bytes.isEmpty ? nil : bytes
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        switch prefilter {
        case .none: break
        case .bytes(let needle): guard needle.occurs(in: text) else { return false }
        case .folded(let needle): guard needle.occurs(in: text, where: { _, _ in true }) else { return false }
        }
        guard let view = ScalarView(text) else { return units.allSatisfy(\.isRun) }
        return units.withUnsafeBufferPointer { covers(view, $0) }
    }

    private func covers(_ view: ScalarView, _ units: UnsafeBufferPointer<Unit>) -> Bool {
        var offset = 0
        var unit = 0
        /// The unit after the last `*`, and where what follows the star was last tried.
        var retry: (unit: Int, offset: Int)?
        while offset < view.count {
            let (scalar, next) = view.scalar(at: offset)
            if unit < units.count {
                switch units[unit] {
                case .anyRun:
                    unit += 1
                    if unit == units.count { return true }
                    retry = (unit, offset)
                    continue
                case .anyOne:
                    unit += 1
                    offset = next
                    continue
                case .scalar(let expected):
                    if (ignoreCase ? WordCharacters.fold(scalar) : scalar) == expected {
                        unit += 1
                        offset = next
                        continue
                    }
                }
            }
            guard let last = retry else { return false }
            let after = view.scalar(at: last.offset).next
            retry = (last.unit, after)
            unit = last.unit
            offset = after
        }
        return units.dropFirst(unit).allSatisfy(\.isRun)
    }
}

extension Pattern {
    /// The longest piece of plain text, which every match must hold; nil if there is none.
    var longestText: String? {
        var longest: String?
        for case .text(let text) in pieces where text.utf8.count > (longest?.utf8.count ?? 0) { longest = text }
        return longest
    }
}
