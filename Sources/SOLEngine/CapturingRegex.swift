import CRE2

/// A regular expression of SOL (S30), run by RE2: time linear in the text, memory bounded.
final class CapturingRegex: @unchecked Sendable {
    // Safe to share: RE2 documents matching with one object from many threads; the pointer never changes.
    private let handle: OpaquePointer
    /// Groups that capture, without the whole match.
    let groups: Int

    private static let memory: Int64 = 16 << 20

    /// - Throws: `RegexProblem`.
    init(_ text: String, allowsGroupSyntax: Bool) throws(RegexProblem) {
        var translator = RegexTranslator(text, allowsGroupSyntax: allowsGroupSyntax)
        var pattern = try translator.translate()
        groups = translator.groups
        var created: OpaquePointer?
        let status = pattern.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                coldtrail_re2_create_capturing($0.baseAddress, $0.count, Self.memory, &created)
            }
        }
        guard status == COLDTRAIL_RE2_OK, let created else {
            throw RegexProblem(message: "this regular expression is too large")
        }
        handle = created
    }

    deinit {
        coldtrail_re2_destroy(handle)
    }

    func isFound(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { coldtrail_re2_matches(handle, $0.baseAddress, $0.count, 0) != 0 }
        }
    }

    /// The ranges of the whole match and of each group, in bytes, of the first match at or after `start`; nil inside for a
    /// group that took no part; nil if there is no match.
    func match(in text: UnsafeBufferPointer<CChar>, from start: Int) -> [Range<Int>?]? {
        var places = [Int64](repeating: -1, count: 2 * (groups + 1))
        let found = coldtrail_re2_find(handle, text.baseAddress, text.count, start, &places, Int32(groups + 1))
        guard found != 0 else { return nil }
        return (0...groups).map { group in
            places[2 * group] < 0 ? nil : Int(places[2 * group])..<Int(places[2 * group + 1])
        }
    }
}

struct RegexProblem: Error {
    var message: String
}

/// Writes an expression of S30's flavour for RE2, or says what is no part of the flavour.
private struct RegexTranslator {
    private let scalars: [Unicode.Scalar]
    private let allowsGroupSyntax: Bool
    private var at = 0
    private var out = ""
    private(set) var groups = 0
    private var open = 0
    /// Whether something stands before a quantifier that it can repeat.
    private var canRepeat = false

    init(_ text: String, allowsGroupSyntax: Bool) {
        scalars = Array(text.unicodeScalars)
        self.allowsGroupSyntax = allowsGroupSyntax
    }

    private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    mutating func translate() throws(RegexProblem) -> String {
        // `.` is any character.
        out = "(?s)"
        while let scalar = next {
            at += 1
            switch scalar {
            case "(": try group()
            case ")":
                guard open > 0 else { throw RegexProblem(message: "a ) has no ( before it") }
                open -= 1
                add(")", repeatable: true)
            case "[": try characterClass()
            case "\\": try escape()
            case "*", "+", "?": try quantifier(String(scalar))
            case "{": try quantifier(try bounds())
            case ".": add(".", repeatable: true)
            case "^", "$": add(String(scalar), repeatable: false)
            case "|": add("|", repeatable: false)
            default: add(Self.hex(scalar), repeatable: true)
            }
        }
        guard open == 0 else { throw RegexProblem(message: "a ( is never closed") }
        return out
    }

    private mutating func add(_ text: String, repeatable: Bool) {
        out += text
        canRepeat = repeatable
    }

    private static func hex(_ scalar: Unicode.Scalar) -> String { "\\x{\(String(scalar.value, radix: 16))}" }

    private mutating func group() throws(RegexProblem) {
        let isFirst = at == 1
        if next != "?" {
            groups += 1
            open += 1
            return add("(", repeatable: false)
        }
        at += 1
        var flags = ""
        while let flag = next, "ims".unicodeScalars.contains(flag) {
            flags.unicodeScalars.append(flag)
            at += 1
        }
        let end = next
        at += 1
        guard allowsGroupSyntax, end == ":" || (end == ")" && !flags.isEmpty && isFirst) else {
            throw RegexProblem(message: "(?… is not supported here")
        }
        if end == ":" { open += 1 }
        add("(?\(flags)\(end == ":" ? ":" : ")")", repeatable: false)
    }

    private mutating func escape() throws(RegexProblem) {
        guard let scalar = next else { throw RegexProblem(message: "the expression ends in a lone \\") }
        at += 1
        switch scalar {
        case "d", "D", "w", "W", "b", "B":
            add("\\\(scalar)", repeatable: scalar != "b" && scalar != "B")
        case "s": add("[\\t-\\r ]", repeatable: true)
        case "S": add("[^\\t-\\r ]", repeatable: true)
        case "n", "t", "r": add("\\\(scalar)", repeatable: true)
        case "0"..."9": throw RegexProblem(message: "back-references (\\\(scalar)) are not supported")
        default:
            guard !scalar.properties.isAlphabetic else { throw RegexProblem(message: "\\\(scalar) is not supported") }
            add(Self.hex(scalar), repeatable: true)
        }
    }

    private mutating func characterClass() throws(RegexProblem) {
        var text = "["
        if next == "^" {
            text += "^"
            at += 1
        }
        if next == "]" { throw RegexProblem(message: "a class may not be empty") }
        while let scalar = next, scalar != "]" {
            let (low, isScalar) = try classAtom()
            text += low.text
            guard next == "-", at + 1 < scalars.count, scalars[at + 1] != "]" else { continue }
            at += 1
            let (high, isHighScalar) = try classAtom()
            guard isScalar, isHighScalar, low.value <= high.value else {
                throw RegexProblem(message: "a range in a class is out of order")
            }
            text += "-" + high.text
        }
        guard next == "]" else { throw RegexProblem(message: "a [ is never closed") }
        at += 1
        add(text + "]", repeatable: true)
    }

    private mutating func classAtom() throws(RegexProblem) -> (atom: (text: String, value: UInt32), isScalar: Bool) {
        guard let scalar = next else { throw RegexProblem(message: "a [ is never closed") }
        at += 1
        guard scalar == "\\" else { return ((Self.hex(scalar), scalar.value), true) }
        guard let escaped = next else { throw RegexProblem(message: "the expression ends in a lone \\") }
        at += 1
        switch escaped {
        case "d", "w": return (("\\\(escaped)", 0), false)
        case "s": return (("\\t-\\r ", 0), false)
        case "n": return (("\\n", 10), true)
        case "t": return (("\\t", 9), true)
        case "r": return (("\\r", 13), true)
        default:
            guard !escaped.properties.isAlphabetic, escaped.properties.numericType == nil else {
                throw RegexProblem(message: "\\\(escaped) is not supported in a class")
            }
            return ((Self.hex(escaped), escaped.value), true)
        }
    }

    private mutating func bounds() throws(RegexProblem) -> String {
        var text = ""
        while let scalar = next, scalar != "}" {
            text.unicodeScalars.append(scalar)
            at += 1
        }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard next == "}", (1...2).contains(numbers.count), let low = numbers[0], low >= 0, low <= 1000,
            numbers.count == 1 || text.hasSuffix(",") || (numbers[1].map { $0 >= low && $0 <= 1000 } ?? false)
        else { throw RegexProblem(message: "{\(text)} is no quantifier: write {n}, {n,} or {n,m}, up to 1000") }
        at += 1
        return "{\(text)}"
    }

    private mutating func quantifier(_ text: String) throws(RegexProblem) {
        guard canRepeat else { throw RegexProblem(message: "nothing stands before \(text) that could be repeated") }
        var text = text
        if next == "?" {
            text += "?"
            at += 1
        }
        add(text, repeatable: false)
    }
}
