import QueryLanguage

/// Comparison of texts scalar by scalar, with tables of what is reachable instead of clever search.
enum BruteText {
    /// One scalar of a pattern.
    enum Unit {
        case scalar(Unicode.Scalar)
        case anyRun
        case anyOne
    }

    /// R32.
    static func fold(_ text: Scalars) -> Scalars {
        text.map { scalar in
            if scalar.isASCII, !("A"..."Z").contains(scalar) { return scalar }  // only for speed
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? lower.first ?? scalar : scalar
        }
    }

    /// R31.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        case .decimalNumber, .letterNumber, .otherNumber: true
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        case .privateUse: true
        default: false
        }
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        [0x20, 0x09, 0x0A, 0x0D, 0x0B, 0x0C].contains(scalar.value)
    }

    static func units(_ pattern: Pattern, folded: Bool) -> [Unit] {
        pattern.pieces.flatMap { piece -> [Unit] in
            switch piece {
            case .text(let text):
                let scalars = Scalars(text.unicodeScalars)
                return (folded ? fold(scalars) : scalars).map { .scalar($0) }
            case .anyRun: return [.anyRun]
            case .anyOne: return [.anyOne]
            }
        }
    }

    /// Whether the pattern covers the whole text (R20, R26).
    static func covers(_ text: Scalars, _ units: [Unit]) -> Bool {
        let starts = (0...text.count).map { $0 == 0 }
        return reach(text, units, from: starts, mayCross: { _ in true })[text.count]
    }

    /// Whether the pattern occurs inside the text (R30, R33).
    static func occurs(in text: Scalars, _ pattern: Pattern) -> Bool {
        var units = units(pattern, folded: true)
        if units.isEmpty { return text.isEmpty }
        var freeStart = false
        var freeEnd = false
        while case .anyRun? = units.first {
            freeStart = true
            units.removeFirst()
        }
        if units.isEmpty { return true }
        while case .anyRun? = units.last {
            freeEnd = true
            units.removeLast()
        }
        let text = fold(text)
        let isEdge = (0...text.count).map { place in
            !(place > 0 && place < text.count && isWord(text[place - 1]) && isWord(text[place]))
        }
        let ends = reach(text, units, from: isEdge.map { freeStart || $0 }, mayCross: { !isSpace($0) })
        return zip(ends, isEdge).contains { isEnd, isEdge in isEnd && (freeEnd || isEdge) }
    }

    /// After which places (0...count) the units may end, if they may begin at the places of `starts`.
    private static func reach(
        _ text: Scalars, _ units: [Unit], from starts: [Bool], mayCross: (Unicode.Scalar) -> Bool
    ) -> [Bool] {
        var isReached = starts
        for unit in units {
            var next = starts.map { _ in false }
            switch unit {
            case .scalar(let scalar):
                for place in text.indices where isReached[place] && text[place] == scalar { next[place + 1] = true }
            case .anyOne:
                for place in text.indices where isReached[place] && mayCross(text[place]) { next[place + 1] = true }
            case .anyRun:
                next = isReached
                for place in text.indices where next[place] && mayCross(text[place]) { next[place + 1] = true }
            }
            isReached = next
        }
        return isReached
    }
}
