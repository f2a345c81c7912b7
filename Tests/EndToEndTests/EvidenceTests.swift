import Foundation
import Testing

/// Proofs, custody, the audit log, forgetting.
@Suite("Evidence") struct EvidenceTests {
    private static let script = Project.path("docs/verify_proof.py")

    @Test("any line can be proven; the proof is checked without the archive, also by 30 lines of Python")
    func proofs() throws {
        let folder = try TemporaryFolder()
        let text = ManyEvents.text(3_000) + "not json\n\n{\"message\":\"last\"}"
        let plain = try folder.write(text, to: "many.jsonl")
        try folder.ingest("many.jsonl")
        let root = try #require(try Coldtrail.run("exports", "--format", "jsonl", in: folder).value("merkle_root"))
        #expect(try ArchiveFiles.tool("/usr/bin/env", ["python3", Self.script, "--root", plain]).text == root + "\n")
        let lines = text.components(separatedBy: "\n")
        for line in [1, 2, 1_024, 1_025, 2_048, 3_000, 3_001, 3_002, 3_003] {
            let proof = folder.path + "/p\(line).json"
            #expect(try Coldtrail.run("prove", "many:\(line)", "-o", proof, in: folder).status == 0)
            // No archive at hand.
            let elsewhere = try TemporaryFolder()
            let checked = try Coldtrail.run("verify-proof", proof, "--root", root, in: elsewhere)
            #expect(checked.status == 0 && checked.text == lines[line - 1] + "\n")
            let other = try Coldtrail.run("verify-proof", proof, "--root", String(root.reversed()), in: elsewhere)
            #expect(other.status == 1 && other.errorText.contains("not to"))
            let bare = try Coldtrail.run("verify-proof", proof, in: elsewhere)
            #expect(bare.status == 0 && bare.errorText.contains("--root"))
            #expect(try ArchiveFiles.tool("/usr/bin/env", ["python3", Self.script, proof, root]).status == 0)
            #expect(try Data(contentsOf: URL(filePath: proof)).count < 3_000)
            var bytes = try Data(contentsOf: URL(filePath: proof))
            let place = bytes.count / 2
            bytes[place] ^= 1
            try bytes.write(to: URL(filePath: proof + ".bad"))
            #expect(try Coldtrail.run("verify-proof", proof + ".bad", in: elsewhere).status == 1)
            #expect(try ArchiveFiles.tool("/usr/bin/env", ["python3", Self.script, proof + ".bad"]).status == 1)
        }
        #expect(try Coldtrail.run("prove", "many:3004", in: folder).status == 2)
        #expect(try Coldtrail.run("verify-proof", "nothing.json", in: folder).status == 2)
    }

    @Test("who, when, from where: recorded, shown, and covered by the chain")
    func custody() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("{\"a\":1}\n", to: "a.jsonl")
        let wrong = try folder.ingest("a.jsonl", "--expect-sha256", String(repeating: "0", count: 64))
        #expect(wrong.status == 2 && wrong.errorText.contains("nothing was archived"))
        #expect(try folder.exports().isEmpty)
        let digest = try ArchiveFiles.tool("/usr/bin/env", ["sha256sum", folder.path + "/a.jsonl"]).text.prefix(64)
        #expect(
            try folder.ingest(
                "a.jsonl", "--expect-sha256", String(digest), "--acquired-at", "2026-01-02T03:04+01:00", "--source",
                "SOC portal", "--operator", "E. Xaminer", "--case-id", "C-7", "--job-id", "j1", "--keep-source"
            ).status == 0)
        let listed = try Coldtrail.run("exports", "--custody", "--format", "jsonl", in: folder)
        for (key, value) in [
            ("operator", "E. Xaminer"), ("acquired_at", "2026-01-02T02:04:00Z"), ("acquired_from", "SOC portal"),
            ("case_id", "C-7"), ("job_id", "j1"), ("source_sha256", String(digest)), ("action", "ingest"),
            ("path", folder.path + "/a.jsonl"), ("kept_source", "sources/" + digest),
        ] {
            #expect(listed.value(key) == value, "\(key)")
        }
        #expect(listed.value("host")?.isEmpty == false)
        #expect(try Coldtrail.run("restore", "a", "--source", in: folder).text == "{\"a\":1}\n")
        #expect(try Coldtrail.run("exports", "--custody", in: folder).text.contains("SOC portal"))
        let kept = folder.path + "/archive.coldtrail/sources/\(digest)"
        chmod(kept, 0o600)
        try Data("{\"a\":2}\n".utf8).write(to: URL(filePath: kept))
        let verified = try Coldtrail.run("verify", "--quick", in: folder)
        #expect(verified.status == 1 && verified.text.contains("sources/"))
        #expect(try Coldtrail.run("restore", "a", "--source", in: folder).status == 2)
        #expect(try Coldtrail.run("restore", "a", in: folder).status == 0)
    }

    @Test("a head kept elsewhere shows later what the chain alone cannot")
    func heads() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("{\"a\":1}\n", to: "a.jsonl")
        _ = try folder.write("{\"b\":1}\n", to: "b.jsonl")
        try folder.ingest("a.jsonl")
        let head = try #require(try Coldtrail.run("info", "--format", "jsonl", in: folder).value("audit_head"))
        try folder.ingest("b.jsonl")
        let later = try Coldtrail.run("verify", "--expect", head, in: folder)
        #expect(later.status == 0 && later.errorText.contains("1 later record"))
        #expect(try Coldtrail.run("verify", in: folder).errorText.contains("no head from elsewhere"))
        // The archive made anew without the first export: sound in itself, but not what it was.
        let forged = try TemporaryFolder()
        _ = try forged.write("{\"b\":1}\n", to: "b.jsonl")
        try forged.ingest("b.jsonl")
        #expect(try forged.isVerified())
        #expect(try Coldtrail.run("verify", "--expect", head, in: forged).status == 1)
        #expect(try Coldtrail.run("verify", "--expect", "12", in: forged).status == 2)
    }

    @Test("records edited, dropped or put in another order are found")
    func changedLog() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b", "c"] {
            _ = try folder.write("{\"\(name)\":1}\n", to: name + ".jsonl")
            try folder.ingest(name + ".jsonl")
        }
        let archive = folder.path + "/archive.coldtrail"
        let copy = folder.path + "/copy"
        let edits = [
            "UPDATE audit SET record = replace(record, '\"events\":\"1\"', '\"events\":\"2\"') WHERE number = 2",
            "UPDATE audit SET record = replace(record, '\"label\":\"c\"', '\"label\":\"x\"') WHERE number = 3",
            "DELETE FROM audit WHERE number = 1", "DELETE FROM audit WHERE number = 3",
            "UPDATE audit SET number = 9 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3; "
                + "UPDATE audit SET number = 3 WHERE number = 9",
        ]
        for edit in edits {
            try ArchiveFiles.copy(archive, to: copy)
            try ArchiveFiles.sql(copy + "/catalog.sqlite", edit)
            let result = try Coldtrail.run("--archive", copy, "verify", "--quick", in: folder)
            #expect(result.status != 0, "\(edit)")
            #expect(try Coldtrail.run("--archive", copy, "log", "--verify", in: folder).status != 0, "\(edit)")
            try FileManager.default.removeItem(atPath: copy)
        }
        // The last line of the text file alone.
        let log = try String(contentsOfFile: archive + "/audit.log", encoding: .utf8)
        let cut = log.split(separator: "\n").dropLast().map { $0 + "\n" }.joined()
        try Data(cut.utf8).write(to: URL(filePath: archive + "/audit.log"))
        #expect(try Coldtrail.run("log", "--verify", in: folder).status == 1)
    }

    @Test("each bit of what the catalog calls itself is checked")
    func catalogsName() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("{\"a\":1}\n", to: "a.jsonl")
        try folder.ingest("a.jsonl")
        let path = folder.path("archive.coldtrail/catalog.sqlite")
        chmod(path, 0o600)
        let sound = try Data(contentsOf: URL(filePath: path))
        for text in ["coldtrail-catalog", "1.0"] {
            // The key stands before its value, which tells this "1.0" from any other.
            let row = text == "1.0" ? "version1.0" : "formatcoldtrail-catalog"
            let found = try #require(sound.range(of: Data(row.utf8)))
            for place in found.upperBound - text.utf8.count..<found.upperBound {
                for bit in 0..<8 {
                    var changed = sound
                    changed[place] ^= 1 << UInt8(bit)
                    try changed.write(to: URL(filePath: path))
                    #expect(try Coldtrail.run("verify", "--quick", in: folder).status != 0, "byte \(place), bit \(bit)")
                }
            }
        }
        try sound.write(to: URL(filePath: path))
        #expect(try folder.isVerified())
    }

    @Test("forget removes the events and keeps what was known of them")
    func forget() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("{\"a\":\"secret\"}\n", to: "a.jsonl")
        _ = try folder.write("{\"b\":1}\n", to: "b.jsonl")
        try folder.ingest("a.jsonl", "--keep-source")
        try folder.ingest("b.jsonl")
        let root = try #require(try Coldtrail.run("exports", "--format", "jsonl", in: folder).value("merkle_root"))
        #expect(try Coldtrail.run("forget", "a", in: folder).status == 2)
        #expect(try Coldtrail.run("forget", "a", "--reason", " ", in: folder).status == 2)
        #expect(try Coldtrail.run("forget", "zzz", "--reason", "r", in: folder).status == 2)
        #expect(try Coldtrail.run("forget", "a", "--reason", "retention", "--operator", "me", in: folder).status == 0)
        #expect(try folder.count("secret") == 0 && folder.exports().map(\.label) == ["b"])
        #expect(try folder.leftovers().isEmpty && folder.names(in: "archive.coldtrail/sources").isEmpty)
        #expect(try folder.isVerified())
        let last = try #require(try Coldtrail.run("log", "--format", "jsonl", in: folder).lines.last)
        for part in ["\"action\":\"forget\"", "\"reason\":\"retention\"", "\"operator\":\"me\"", root] {
            #expect(last.contains(part))
        }
        // The label is not used again.
        try folder.ingest("a.jsonl")
        #expect(try folder.exports().map(\.label) == ["b", "a-2"])
        #expect(try folder.isVerified())
    }

    @Test(
        "kill -9 while an export is forgotten: it is forgotten, or it is not",
        .enabled(if: CrashTests.hasFaultHook, "the binary is a release build without the fault hook"),
        arguments: ["commit", "audit", "remove"])
    func forgetKilled(point: String) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("{\"a\":1}\n", to: "a.jsonl")
        _ = try folder.write("{\"b\":1}\n", to: "b.jsonl")
        try folder.ingest("a.jsonl", "--keep-source")
        try folder.ingest("b.jsonl")
        try ArchiveFiles.copy(folder.path("archive.coldtrail"), to: folder.path("before"))
        let command = ["forget", "a", "--reason", "r"]
        for number in 1... {
            try FileManager.default.removeItem(atPath: folder.path("archive.coldtrail"))
            try ArchiveFiles.copy(folder.path("before"), to: folder.path("archive.coldtrail"))
            let killed = try Coldtrail.run(command, in: folder, environment: ["COLDTRAIL_FAULT": "\(point):\(number)"])
            if killed.status == 0 {
                #expect(number > 1, "no \(point) was ever reached")
                break
            }
            let left = try folder.exports().map(\.label)
            #expect(left == ["a", "b"] || left == ["b"])
            #expect(try folder.count("*") == left.count)
            #expect(try Coldtrail.run(command, in: folder).status == (left == ["b"] ? 2 : 0))
            #expect(try folder.exports().map(\.label) == ["b"] && folder.isVerified())
            #expect(try folder.leftovers().isEmpty && folder.names(in: "archive.coldtrail/sources").isEmpty)
        }
    }

    /// Every place of a file that holds content, sampled: what SQLite leaves unused may hold anything.
    @Test("a flipped byte of the catalog, the audit log or a partition is found")
    func flippedBytes() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(ManyEvents.text(300), to: "a.jsonl")
        _ = try folder.write("{\"b\":1}\nnot json\n\n", to: "b.jsonl")
        try folder.ingest("a.jsonl", "--job-id", "j", "--note", "n", "--fields", "user.name,message")
        try folder.ingest("b.jsonl")
        let archive = folder.path("archive.coldtrail")
        let partition = try "partitions/" + #require(folder.names(in: "archive.coldtrail/partitions").first)
        let dump = try Self.dump(archive + "/catalog.sqlite")
        for (name, samples) in [("catalog.sqlite", 120), ("audit.log", 24), (partition, 48)] {
            let path = archive + "/" + name
            let sound = try Data(contentsOf: URL(filePath: path))
            chmod(path, 0o600)
            var random = SystemRandomNumberGenerator()
            for sample in 0..<samples {
                // Spread over the whole file, so over all pages; half of them where bytes are not zero.
                var place =
                    sample * sound.count / samples + Int.random(in: 0..<max(1, sound.count / samples), using: &random)
                place = min(place, sound.count - 1)
                if sample % 2 == 0, let next = sound[place...].firstIndex(where: { $0 != 0 }) { place = next }
                var changed = sound
                changed[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
                try changed.write(to: URL(filePath: path))
                let result = try Coldtrail.run("verify", "--quick", in: folder)
                #expect((0...2).contains(result.status), "\(name) at \(place)")
                if result.status == 0 {
                    let isCatalog = name == "catalog.sqlite"
                    #expect(try isCatalog && Self.dump(path) == dump, "\(name) at \(place) passed as sound")
                }
                let count = try Coldtrail.run("count", "common", "--paranoid", in: folder)
                #expect((0...2).contains(count.status))
                #expect(count.status != 0 || count.text == "300\n", "\(name) at \(place): a wrong answer")
            }
            try sound.write(to: URL(filePath: path))
            #expect(try folder.isVerified())
        }
    }

    /// The schema and all rows of the catalog, as another program reads them. In no order: the row numbers of the schema
    /// mean nothing, and a flipped bit of one only has the tables listed in another order.
    private static func dump(_ catalog: String) throws -> [String] {
        try ArchiveFiles.tool("/usr/bin/env", ["sqlite3", "-batch", catalog, ".dump"]).text.components(
            separatedBy: "\n"
        ).sorted()
    }
}

extension CommandResult {
    /// The text of a member of the first JSON line.
    func value(_ key: String) -> String? {
        guard let line = lines.first,
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        else { return nil }
        return object[key] as? String
    }
}
