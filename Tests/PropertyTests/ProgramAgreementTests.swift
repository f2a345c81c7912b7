import Archive
import Events
import Foundation
import QueryLanguage
import SOLEngine
import SOLLanguage
import Testing

/// Programs of SOL against an evaluator that reads every line and is written from the specification.
///
/// `COLDTRAIL_PROGRAMS` is the number of programs for each archive; the default fits every run of the tests.
/// `COLDTRAIL_SEED` is added to the seeds.
@Suite struct ProgramAgreementTests {
    private static let programs = Int(ProcessInfo.processInfo.environment["COLDTRAIL_PROGRAMS"] ?? "") ?? 120

    private static let seed = UInt64(ProcessInfo.processInfo.environment["COLDTRAIL_SEED"] ?? "") ?? 0

    @Test(arguments: [51, 52, 53, 54, 55, 56] as [UInt64]) func programsAgree(seed: UInt64) throws {
        let seed = seed + Self.seed
        var events = RandomEvents(seed: seed)
        let lines = events.lines(200) + (0..<4).map { _ in events.reject() }
        // Fields without a column in every second archive.
        let fields = seed % 2 == 0 ? ["@timestamp", "message", "user.name", "source.port"] : nil
        try TestArchive.with(lines, fields: fields) { archive in
            var generator = RandomPrograms(seed: seed, lines: lines)
            var results = 0
            var refused = 0
            for number in 0..<Self.programs {
                let text = generator.program()
                let expected = BruteProgram.run(try ProgramParser.parse(text), lines)
                let wanted = expected.rows.map { $0.columns.map { Cell($0.value) } }
                for fromLines in [false, true] {
                    var options = SOLOptions(
                        archive: archive, now: Instant(microseconds: 1_769_904_000_000_000), threads: 1 + number % 3)
                    options.fromLines = fromLines
                    var names: [String] = []
                    var found: [[Cell]] = []
                    let run = try ProgramRun(text, options)
                    do {
                        _ = try run.run(start: { names = $0 }) { row in
                            found.append(row.map { Cell($0) })
                            return true
                        }
                    } catch let error as QueryError where error.description.contains("is no time") {
                        // S26: known before running.
                        refused += 1
                        continue
                    }
                    #expect(names == expected.names, "\(text)")
                    #expect(run.lost.isEmpty)
                    if found != wanted {
                        let place = zip(found, wanted).enumerated().first { $0.1.0 != $0.1.1 }
                        Issue.record(
                            """
                            seed \(seed), program \(number), from lines: \(fromLines)
                            \(text)
                            \(found.count) rows, expected \(wanted.count); first difference: \
                            \(place.map { "row \($0.0): \($0.1.0) instead of \($0.1.1)" } ?? "none")
                            """)
                    }
                }
                results += wanted.count
            }
            // Programs that all find nothing would prove nothing.
            #expect(results > Self.programs && refused * 20 < Self.programs)
        }
    }
}

/// A cell of either side.
private enum Cell: Equatable, CustomStringConvertible {
    case number(Double, isInteger: Bool, text: String)
    /// Kind and UTF-8, because texts that only look alike differ.
    case other(Character, [UInt8])

    init(_ value: Value) {
        switch value {
        case .null: self = .other("0", [])
        case .boolean: self = .other("b", Array(value.text.utf8))
        case .integer(let number): self = .number(Double(number), isInteger: true, text: value.text)
        case .number(let number): self = .number(number, isInteger: false, text: value.text)
        case .string(let text): self = .other("s", Array(text.utf8))
        case .time: self = .other("t", Array(value.text.utf8))
        case .timespan: self = .other("d", Array(value.text.utf8))
        case .list: self = .other("l", value.json)
        case .map: self = .other("m", value.json)
        }
    }

    init(_ value: BruteValue) {
        switch value {
        case .null: self = .other("0", [])
        case .boolean: self = .other("b", Array(value.textString.utf8))
        case .integer(let number): self = .number(Double(number), isInteger: true, text: value.textString)
        case .number(let number): self = .number(number, isInteger: false, text: value.textString)
        case .string(let text): self = .other("s", Array(BruteValue.plain(text).utf8))
        case .time: self = .other("t", Array(value.textString.utf8))
        case .span: self = .other("d", Array(value.textString.utf8))
        case .list: self = .other("l", Array(value.json.utf8))
        case .map: self = .other("m", Array(value.json.utf8))
        }
    }

    static func == (a: Cell, b: Cell) -> Bool {
        switch (a, b) {
        case (.other(let x, let first), .other(let y, let second)): x == y && first == second
        // Whole numbers print alike (S20a); sums of doubles may be rounded otherwise.
        case (.number(let x, let first, let text), .number(let y, let second, let other)):
            text == other || (!first && !second && (x - y).magnitude <= max(x.magnitude, y.magnitude) * 1e-12)
        default: false
        }
    }

    var description: String {
        switch self {
        case .number(_, _, let text): "n:\(text)"
        case .other(let kind, let bytes): "\(kind):\(String(decoding: bytes, as: UTF8.self))"
        }
    }
}
