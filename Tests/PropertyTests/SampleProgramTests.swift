import Archive
import Events
import Foundation
import SOLEngine
import SOLLanguage
import Testing

/// The programs of `Tests/Programs` on SampleData, computed by the evaluator that is written from the specification.
///
/// What the command prints for them is kept in `Golden/programs.txt`.
@Suite struct SampleProgramTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Programs")

    @Test func programsGiveWhatTheSpecificationSays() throws {
        let export = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "SampleData/2026-01-investigation.jsonl.gz")
        let lines = try Self.lines(of: export)
        let programs = try String(contentsOf: Self.folder.appending(path: "programs.txt"), encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        #expect(programs.count >= 100)
        let parameters = ["names": ["svc-backup-7", "omar.moreau"], "port": ["8443"]]
        var tables: [String: CSVTable] = [:]
        var bruteTables: [String: (names: [String], rows: [[String]])] = [:]
        for name in ["user_roles", "authorized_domains"] {
            let bytes = try Data(contentsOf: Self.folder.appending(path: name + ".csv"))
            tables[name] = try CSVTable(Array(bytes), name: name)
            // No quotes stand in these two.
            let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
            bruteTables[name] = (rows[0], Array(rows.dropFirst()))
        }
        let events = BruteProgram.events(lines)
        let newest = try #require(events.compactMap(\.time).max())
        try TestArchive.with(lines, fields: nil) { archive in
            let options = SOLOptions(
                archive: archive,
                now: Instant(microseconds: Int64(newest.seconds) * 1_000_000 + Int64(newest.nanoseconds / 1_000)),
                parameters: parameters, datasets: tables, threads: 2)
            for text in programs {
                let program = try ProgramParser.parse(text)
                let expected = BruteProgram.run(
                    program, events, now: newest, parameters: parameters, datasets: bruteTables)
                var names: [String] = []
                var found: [[SOLCell]] = []
                _ = try ProgramRun(text, options).run(start: { names = $0 }) { row in
                    found.append(row.map { SOLCell($0) })
                    return true
                }
                let wanted = expected.rows.map { row in row.columns.map { SOLCell($0.value) } }
                // Whole events come as their time and themselves.
                let isOpen = expected.rows.first?.members != nil
                #expect(names == (isOpen ? ["timestamp"] + expected.names + ["event"] : expected.names), "\(text)")
                #expect(found.count == wanted.count, "\(text)")
                for (row, (ours, theirs)) in zip(found, wanted).enumerated() {
                    let own = isOpen ? [SOLCell(expected.rows[row].time.map { .time($0) } ?? .null)] + theirs : theirs
                    guard (isOpen ? Array(ours.dropLast()) : ours) != own else { continue }
                    Issue.record("\(text)\nrow \(row): \(ours) instead of \(own)")
                    break
                }
            }
        }
    }

    private static func lines(of export: URL) throws -> [[UInt8]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", export.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let content = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return content.split(separator: 0x0A).map { Array($0) }
    }
}
