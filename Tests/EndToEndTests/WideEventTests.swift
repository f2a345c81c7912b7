import ExportGenerator
import Foundation
import Testing

/// Events with hundreds of fields, whose lines are written by a model and whose columns are mostly empty.
@Suite("Wide events") struct WideEventTests {
    /// A folder with the archive of one export, `wide`.
    private static func archived(
        _ events: Int, _ layout: GeneratorOptions.Layout = .wide
    ) throws -> (folder: TemporaryFolder, lines: [String]) {
        let folder = try TemporaryFolder()
        var options = GeneratorOptions(seed: 5, days: 2)
        options.layout = layout
        try ExportGenerator(options).write(events, to: folder.path("wide.jsonl"))
        let text = try String(decoding: Data(contentsOf: URL(filePath: folder.path("wide.jsonl"))), as: UTF8.self)
        let result = try Coldtrail.run("ingest", "wide.jsonl", in: folder)
        guard result.status == 0 else { throw SetupFailure(result.errorText) }
        return (folder, text.components(separatedBy: "\n").dropLast())
    }

    private static func partitions(_ folder: TemporaryFolder) throws -> [String] {
        try folder.names(in: "archive.coldtrail/partitions").map { folder.path("archive.coldtrail/partitions/" + $0) }
    }

    @Test(
        "their archive is small, tells every line to the byte, and is read without coldtrail",
        arguments: [.wide, .wideFlat, .wideNested] as [GeneratorOptions.Layout])
    func linesComeBack(_ layout: GeneratorOptions.Layout) throws {
        let (folder, lines) = try Self.archived(2_500, layout)
        let partitions = try Self.partitions(folder)
        var modelled = 0
        var frames = 0
        var listed: [(line: Int, text: String)] = []
        for partition in partitions {
            modelled +=
                Int(try ArchiveFiles.sql(partition, "SELECT value > 0 FROM meta WHERE key='line_model_bytes'")) ?? 0
            frames += Int(try ArchiveFiles.sql(partition, "SELECT coalesce(sum(length(data)), 0) FROM extent")) ?? 0
            // Fields that stand in the same events share the set of these.
            let (shared, sets) = (
                try ArchiveFiles.sql(partition, "SELECT count(*) FROM cells WHERE id & 1 = 0 AND presence > 0"),
                try ArchiveFiles.sql(partition, "SELECT count(*) FROM cells WHERE id & 1 = 1")
            )
            #expect(try #require(Int(shared)) > (try #require(Int(sets))) && sets != "0")
            let read = try ArchiveFiles.tool(
                "/usr/bin/env", ["python3", Project.path("docs/read_partition.py"), partition])
            #expect(read.status == 0, "\(read.errorText)")
            for row in read.text.components(separatedBy: "\n").dropLast() {
                let parts = row.split(separator: "\t", maxSplits: 1)
                listed.append((try #require(Int(parts[0])), String(parts[1])))
            }
        }
        try columnsAreRead(partitions, lines)
        #expect(modelled == partitions.count)
        #expect(frames * 12 < lines.reduce(0) { $0 + $1.utf8.count })
        #expect(listed.sorted { $0.line < $1.line }.map(\.text) == lines)
        #expect(try Coldtrail.run("verify", in: folder).status == 0)
        #expect(try Coldtrail.run("restore", "wide", in: folder).text == lines.map { $0 + "\n" }.joined())
        for number in [1, 1_000, 2_500] {
            let shown = try Coldtrail.run("show", "wide:\(number)", "--format", "raw", in: folder)
            #expect(shown.text == lines[number - 1] + "\n")
        }
    }

    /// The values of fields, by the reader of the format page, against those in the lines; of flat events only.
    private func columnsAreRead(_ partitions: [String], _ lines: [String]) throws {
        let names = lines.compactMap { $0.firstMatch(of: /"([a-z]+\.license\.flag11)":\["/)?.1 }
        guard let rare = names.first else { return }
        for field in ["event.code", "@timestamp", String(rare)] {
            let pattern = try Regex("\"\(field.replacing(".", with: "\\."))\":(\"[^\"]*\"|\\[\"[^\\]]*\\])")
            var expected: [String] = []
            for (number, line) in lines.enumerated() {
                guard let value = line.firstMatch(of: pattern)?.output[1].substring else { continue }
                expected.append("\(number + 1)\t\(value)")
            }
            var read: [(line: Int, text: String)] = []
            for partition in partitions {
                let result = try ArchiveFiles.tool(
                    "/usr/bin/env", ["python3", Project.path("docs/read_partition.py"), partition, "field", field])
                #expect(result.status == 0, "\(result.errorText)")
                for row in result.text.components(separatedBy: "\n").dropLast() {
                    read.append((try #require(Int(row.prefix { $0 != "\t" })), row))
                }
            }
            #expect(expected.count > 20)
            #expect(read.sorted { $0.line < $1.line }.map(\.text) == expected, "\(field)")
        }
    }

    @Test("their columns answer as their lines do")
    func answers() throws {
        let (folder, lines) = try Self.archived(1_500)
        // Values as they stand in some lines; a word of a value in any field.
        let fields = try Coldtrail.run("fields", "--format", "jsonl", in: folder).text.components(separatedBy: "\n")
        #expect(fields.count > 300)
        for name in ["event.code", "host.name", "source.ip", "acme.latency.flag15", "vertex.policy.flag20"] {
            for query in ["\(name):*", "NOT \(name):*", "\(name):*1*", "\(name):allow OR \(name):deny"] {
                let paranoid = try Coldtrail.run("count", query, "--paranoid", in: folder)
                #expect(paranoid.status == 0, "\(query): \(paranoid.errorText)")
            }
        }
        let word = "\"zone=\\\"dmz\\\"\""
        let count = try Coldtrail.run("count", "message:*zone*", in: folder).text
        #expect(count == "\(lines.count { $0.contains("zone=") })\n", "\(word)")
    }

    @Test(
        "a damaged or forged model is named, and costs no more than its partition",
        arguments: [
            "UPDATE meta SET value=x'' WHERE key='line_model'", "DELETE FROM meta WHERE key='line_model'",
            "DELETE FROM meta WHERE key='line_model_bytes'",
            "UPDATE meta SET value=CAST('0' AS BLOB) WHERE key='line_model_bytes'",
            "UPDATE meta SET value=CAST('9223372036854775807' AS BLOB) WHERE key='line_model_bytes'",
            "UPDATE meta SET value=CAST('-5' AS BLOB) WHERE key='line_model_bytes'",
            "UPDATE meta SET value=(SELECT data FROM series LIMIT 1) WHERE key='line_model'",
            "UPDATE block SET raw_bytes=raw_bytes + 1", "UPDATE block SET raw_bytes=raw_bytes - 1",
            "UPDATE block SET raw_bytes=80000000", "UPDATE block SET raw_bytes=1000",
        ])
    func hostileModels(_ edit: String) throws {
        let (folder, lines) = try Self.archived(300)
        try Self.forge(edit, in: folder)
        for command in [["search", "NOT nowhere", "--format", "raw"], ["restore", "wide"], ["verify"]] {
            let result = try Coldtrail.run(command, in: folder, timeout: 20)
            #expect([1, 2].contains(result.status), "\(command): \(result.status)")
            #expect(!result.errorText.isEmpty, "\(command)")
            if command[0] == "search" {
                // Never a wrong line.
                #expect(Set(result.text.components(separatedBy: "\n").dropLast()).isSubset(of: lines))
            }
        }
    }

    @Test(
        "without the pairs of letters of the pages, or with damaged ones, every answer stays",
        arguments: [
            "DELETE FROM meta WHERE key='term_pairs'", "DELETE FROM meta WHERE key='term_pairs_bytes'",
            "UPDATE meta SET value=x'' WHERE key='term_pairs'",
            "UPDATE meta SET value=CAST('0' AS BLOB) WHERE key='term_pairs_bytes'",
            "UPDATE meta SET value=CAST('8' AS BLOB) WHERE key='term_pairs_bytes'",
            "UPDATE meta SET value=CAST('-8' AS BLOB) WHERE key='term_pairs_bytes'",
            "UPDATE meta SET value=CAST('68719476704' AS BLOB) WHERE key='term_pairs_bytes'",
            // Also a term index that claims 2,147,483,647 pages.
            """
            UPDATE terms_data SET block=x'000000000101000001010187ffffff7f' WHERE id=10;
            UPDATE meta SET value=CAST('68719476704' AS BLOB) WHERE key='term_pairs_bytes'
            """,
            """
            UPDATE terms_data SET block=x'000000000101000001010187ffffff7f' WHERE id=10;
            DELETE FROM meta WHERE key='term_pairs'
            """,
            "UPDATE meta SET value=(SELECT data FROM series LIMIT 1) WHERE key='term_pairs'",
        ])
    func hostilePairs(_ edit: String) throws {
        let (folder, lines) = try Self.archived(300)
        let kept = try Self.partitions(folder).map {
            try ArchiveFiles.sql($0, "SELECT count(*) FROM meta WHERE key='term_pairs' AND length(value) > 8")
        }
        #expect(kept == kept.map { _ in "1" })
        try Self.forge(edit, in: folder)
        let expected = lines.count { $0.contains("one=") }
        #expect(expected > 0)
        #expect(try Coldtrail.run(["count", "message:*one*"], in: folder).text == "\(expected)\n")
    }

    @Test(
        "cells that are forged cost time, not answers",
        arguments: [
            "UPDATE cells SET presence=presence+2 WHERE id & 1 = 0 AND presence > 0",
            "UPDATE cells SET presence=id WHERE id & 1 = 0 AND presence > 0",
            "UPDATE cells SET presence=-1 WHERE id & 1 = 0 AND presence > 0",
            "UPDATE cells SET presence=0 WHERE id & 1 = 0 AND presence > 0",
            "UPDATE cells SET presence=0x7FFFFFFFFFFFFFFF WHERE id & 1 = 0",
            "UPDATE cells SET presence=presence+1 WHERE id & 1 = 1",
            "UPDATE cells SET presence=1 << 40 WHERE id & 1 = 1",
            "UPDATE cells SET width=1-width WHERE id & 1 = 1", "UPDATE cells SET width=7",
            "UPDATE cells SET width=64", "UPDATE cells SET width=1 << 40", "UPDATE cells SET raw_bytes=1 << 40",
            "UPDATE cells SET raw_bytes=raw_bytes+1", "UPDATE cells SET low=0", "UPDATE cells SET low=high+1",
            "UPDATE cells SET high=1 << 33", "DELETE FROM cells WHERE id & 1 = 1",
            "UPDATE cells SET data=(SELECT data FROM series LIMIT 1)", "UPDATE cells SET high=high+1",
            "UPDATE cells SET high=high-1 WHERE high > low",
        ])
    func hostileCells(_ edit: String) throws {
        let (folder, lines) = try Self.archived(300, .wideFlat)
        // A list that some events have.
        let names = lines.compactMap { $0.firstMatch(of: /"([a-z]+\.license\.flag11)":\["/)?.1 }
        let name = try #require(names.first)
        let listed = lines.count { $0.contains("\"\(name)\":[\"") }
        let coded = lines.count { $0.contains("\"event.code\":\"4003\"") }
        #expect(listed > 0 && listed < 300 && coded > 0)
        try Self.forge(edit, in: folder)
        for (query, expected) in [("\(name):*", listed), ("event.code:4003", coded), ("NOT \(name):*", 300 - listed)] {
            #expect(try Coldtrail.run(["count", query], in: folder).text == "\(expected)\n", "\(query)")
        }
        // What counts by columns says what is damaged, or counts right.
        let top = try Coldtrail.run(["top", "event.code", "--limit", "0"], in: folder)
        #expect(top.status == 2 || top.status == 3 || top.text.contains("4003"), "\(top.status) \(top.errorText)")
        #expect(try Coldtrail.run(["verify"], in: folder).status != 0)
    }

    /// Edits all partitions, and makes the catalog agree.
    private static func forge(_ edit: String, in folder: TemporaryFolder) throws {
        for file in try partitions(folder) {
            try ArchiveFiles.sql(file, edit)
            let size = try Data(contentsOf: URL(filePath: file)).count
            let digest = try ArchiveFiles.tool("/usr/bin/env", ["sha256sum", file]).text.prefix(64)
            try ArchiveFiles.sql(
                folder.path("archive.coldtrail/catalog.sqlite"),
                """
                UPDATE partition SET digest=x'\(digest)', bytes=\(size)
                WHERE file='\(URL(filePath: file).lastPathComponent)'
                """)
        }
    }
}
