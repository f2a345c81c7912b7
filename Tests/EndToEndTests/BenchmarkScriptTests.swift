import Foundation
import Testing

/// The benchmark scripts run, with sizes that say nothing but take seconds. Their promises are not judged here.
@Suite("Benchmark scripts", .enabled(if: Python.isThere, "needs python3"))
struct BenchmarkScriptTests {
    private func run(_ script: String, _ arguments: [String], in folder: TemporaryFolder) throws -> CommandResult {
        try RunningCommand(
            Python.path,
            ["-B", Project.path("Scripts/" + script), "--coldtrail", Coldtrail.binary] + arguments, in: folder,
            input: Data(), environment: ["COLDTRAIL_BENCH": folder.path("bench")]
        ).wait(timeout: 240)
    }

    @Test("bench_memory measures every hard input, or refuses a file system in memory", .timeLimit(.minutes(5)))
    func memory() throws {
        let folder = try TemporaryFolder()
        let result = try run(
            "bench_memory.py",
            ["--events", "1000", "--files", "3", "--lines", "2", "--line-mb", "2", "--names", "300"], in: folder)
        if result.status == 2, result.errorText.contains("lies in memory") { return }
        #expect(result.status == 0, "\(result.errorText)")
        for row in [
            "1,000 events", "1,000 events shuffled over 60 days", "3 files at once, 333 events each", "2 lines of 2 MB",
            "300 field names in 1,000 events",
        ] {
            #expect(result.lines.contains { $0.contains("| \(row) ") && $0.contains("kept") }, "\(row): \(result.text)")
        }
        // The archive is gone, the data stay for the next run.
        #expect(try folder.names(in: "bench/memory").allSatisfy { $0 == "log" })
        #expect(folder.exists("bench/lines-2x2.jsonl.gz"))
    }

    @Test("bench_scale finds the planted word and prints growth and questions", .timeLimit(.minutes(5)))
    func scale() throws {
        let folder = try TemporaryFolder()
        let result = try run("bench_scale.py", ["--events", "2000", "--runs", "1", "--asks", "1"], in: folder)
        #expect([0, 1].contains(result.status), "\(result.errorText)")
        for row in ["growth of wall time", "count quokkafjord, files not cached", "exports, files cached", "info"] {
            #expect(result.lines.contains { $0.contains("| \(row)") }, "\(row): \(result.text)")
        }
        #expect(result.status == 0 || result.text.contains("NOT KEPT"))
    }

    @Test("bench_progress reads what an ingest draws", .timeLimit(.minutes(5)))
    func progress() throws {
        let folder = try TemporaryFolder()
        let result = try run("bench_progress.py", ["--events", "20000"], in: folder)
        #expect([0, 1].contains(result.status), "\(result.errorText)")
        #expect(result.lines.count { $0.contains("in order of time") || $0.contains("shuffled over 60 days") } == 2)
    }

    @Test("wrong usage and a missing binary end with 2")
    func unusable() throws {
        let folder = try TemporaryFolder()
        #expect(try run("bench_scale.py", ["--events", "10"], in: folder).status == 2)
        #expect(try run("bench_wide.py", ["--nonsense"], in: folder).status == 2)
        let missing = try run("bench_memory.py", ["--coldtrail", folder.path("nothing")], in: folder)
        #expect(missing.status == 2)
        #expect(missing.errorText.contains("is missing"))
    }
}

private enum Python {
    static let path = "/usr/bin/python3"
    static let isThere = FileManager.default.isExecutableFile(atPath: path)
}
