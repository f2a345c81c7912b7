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
        var lines = events.lines(200) + (0..<4).map { _ in events.reject() }
        // Where no event has a time of its own (R50), times come from the archive.
        if seed % 3 == 0 { lines.removeAll { String(decoding: $0, as: UTF8.self).contains("\"timestamp\"") } }
        // Fields without a column in every second archive.
        let fields = seed % 2 == 0 ? ["@timestamp", "message", "user.name", "source.port"] : nil
        try TestArchive.with(lines, fields: fields) { archive in
            var generator = RandomPrograms(seed: seed, lines: lines)
            let bruteEvents = BruteProgram.events(lines)
            var results = 0
            var refused = 0
            for number in 0..<Self.programs {
                let text = generator.program()
                let expected = BruteProgram.run(try ProgramParser.parse(text), bruteEvents)
                let wanted = expected.rows.map { $0.columns.map { SOLCell($0.value) } }
                for fromLines in [false, true] {
                    var options = SOLOptions(
                        archive: archive, now: Instant(microseconds: 1_769_904_000_000_000), threads: 1 + number % 3)
                    options.fromLines = fromLines
                    var names: [String] = []
                    var found: [[SOLCell]] = []
                    let run = try ProgramRun(text, options)
                    do {
                        _ = try run.run(start: { names = $0 }) { row in
                            found.append(row.map { SOLCell($0) })
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
