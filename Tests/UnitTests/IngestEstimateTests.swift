import Archive
import ExportGenerator
import Foundation
import Testing

@testable import Ingest

@Suite("Estimates before an ingest")
struct IngestEstimateTests {
    private func options(jobs: Int = 2, memory: Int = 512 << 20) -> IngestOptions {
        IngestOptions(jobs: jobs, memory: memory, now: 0, toolVersion: "test")
    }

    private func estimate(_ paths: [String], jobs: Int = 2) -> IngestEstimate? {
        IngestEstimator.estimate(paths.map { .file($0) }, options: options(jobs: jobs), present: 0) { _, _ in false }
    }

    @Test("Events, lines and the archive's size are foreseen", arguments: GeneratorOptions.Layout.allCases)
    func sizes(layout: GeneratorOptions.Layout) throws {
        try IngestFolder.with { folder in
            var generator = GeneratorOptions(seed: 3, days: 2)
            generator.layout = layout
            let count = 30_000
            try ExportGenerator(generator).write(count, to: folder.path("a.jsonl.gz"))
            let estimate = try #require(self.estimate([folder.path("a.jsonl.gz")]))
            let real = try #require(try folder.ingest(["a.jsonl.gz"], options: options()).first)
            func isNear(_ estimated: UInt64, _ real: UInt64, _ factor: Double) -> Bool {
                Double(estimated) < Double(real) * factor && Double(real) < Double(estimated) * factor
            }
            #expect(estimate.sources == 1)
            #expect(estimate.sourceBytes == real.sourceBytes)
            #expect(isNear(estimate.events, real.events, 1.15), "\(estimate.events) for \(real.events)")
            #expect(isNear(estimate.contentBytes, real.contentBytes, 1.15))
            #expect(
                isNear(estimate.archiveBytes, real.archiveBytes, 1.7),
                "\(estimate.archiveBytes) for \(real.archiveBytes)")
            #expect(estimate.seconds > 0.01 && estimate.seconds < 300)
        }
    }

    @Test("Many files are judged by some of them; those in the archive are not counted")
    func manyFiles() throws {
        try IngestFolder.with { folder in
            for number in 0..<20 {
                try ExportGenerator(seed: UInt64(number)).write(500, to: folder.path("\(number).jsonl.gz"))
            }
            let paths = (0..<20).map { folder.path("\($0).jsonl.gz") }
            let all = try #require(self.estimate(paths))
            #expect(all.sources == 20)
            // Each file costs something, also on a quick machine.
            #expect(all.seconds > 20 * 0.002)
            #expect((9_000...11_000).contains(all.events))
            let half = try #require(
                IngestEstimator.estimate(paths.map { .file($0) }, options: options(), present: 0) { path, _ in
                    paths[..<10].contains(path)
                })
            #expect(half.sources == 10)
            #expect((4_500...5_500).contains(half.events))
            #expect(IngestEstimator.bytes(of: paths.map { .file($0) }) == all.sourceBytes)
        }
    }

    @Test("Without a file to look at there is no estimate")
    func nothing() throws {
        try IngestFolder.with { folder in
            try Data().write(to: URL(filePath: folder.path("empty.jsonl")))
            #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
            #expect(estimate([folder.path("empty.jsonl")]) == nil)
            #expect(estimate([folder.path("missing.jsonl")]) == nil)
            #expect(estimate([folder.path("pipe")]) == nil)
            #expect(estimate([]) == nil)
            #expect(IngestEstimator.estimate([.standardInput], options: options(), present: 0) { _, _ in false } == nil)
        }
    }

    @Test("Lines that are no events, one endless line and damage are estimated too")
    func strange() throws {
        try IngestFolder.with { folder in
            try Data(String(repeating: "not an event\n", count: 50_000).utf8).write(
                to: URL(filePath: folder.path("rejects.jsonl")))
            let rejects = try #require(self.estimate([folder.path("rejects.jsonl")]))
            #expect(rejects.events == 0)
            #expect(rejects.archiveBytes < 400_000)
            try Data(GzipEncoder.compress([UInt8](repeating: 0x61, count: 30 << 20), level: 1)).write(
                to: URL(filePath: folder.path("line.gz")))
            let line = try #require(self.estimate([folder.path("line.gz")]))
            #expect((25 << 20...35 << 20).contains(line.contentBytes))
            try ExportGenerator(seed: 5).write(5_000, to: folder.path("cut.gz"), truncatedAt: 60)
            let cut = try #require(self.estimate([folder.path("cut.gz")]))
            #expect((2_000...4_000).contains(cut.events))
        }
    }

    @Test("Times in any order wait on disk; times in order hardly do")
    func waiting() throws {
        // As large as a terabyte of lines, of which half a byte waits for each byte.
        func estimate(backwards: Double) throws -> IngestEstimate {
            var trial = try EncodingTrial(RawMemory(capacity: 0), selection: nil)
            trial.waitingPerByte = 0.5
            trial.archivePerByte = 0.3
            trial.backwards = backwards
            trial.spanDays = 0.001
            return IngestEstimate(
                files: [("a", 1 << 38)], present: 0, content: 0x1p40, trial: trial, readingPerByte: 1e-9,
                options: options())
        }
        let inOrder = try estimate(backwards: 0)
        let shuffled = try estimate(backwards: 0.4)
        #expect(inOrder.temporaryBytes < 1 << 30)
        #expect(shuffled.temporaryBytes > 1 << 38)
        #expect(shuffled.memoryBytes <= 512 << 20)
        #expect(shuffled.archiveBytes == inOrder.archiveBytes)
        #expect(shuffled.diskBytes == shuffled.archiveBytes + shuffled.temporaryBytes)
    }

    @Test("Many small files cost by their number, and by what is in the archive")
    func smallFiles() throws {
        let trial = try EncodingTrial(RawMemory(capacity: 0), selection: nil)
        func estimate(_ files: Int, present: Int) -> IngestEstimate {
            IngestEstimate(
                files: (0..<files).map { ("f\($0)", 1_000) }, present: present, content: 1_000 * Double(files),
                trial: trial, readingPerByte: 1e-9, options: options())
        }
        let few = estimate(1_000, present: 0)
        let many = estimate(5_000, present: 0)
        #expect((4...8).contains(few.seconds) && (45...60).contains(many.seconds))
        #expect(abs(few.seconds + estimate(4_000, present: 1_000).seconds - many.seconds) < 0.5)
        #expect(many.archiveBytes > 4 * few.archiveBytes)
        #expect((50 << 20...80 << 20).contains(few.archiveBytes))
    }

    @Test("The least memory grows with the workers, and tells how many fit")
    func leastMemory() {
        #expect(IngestOptions.leastMemory(jobs: 1) == 256 << 20)
        #expect(IngestOptions.leastMemory(jobs: 2) == 256 << 20)
        #expect(IngestOptions.leastMemory(jobs: 64) > 512 << 20)
        #expect(IngestOptions.mostJobs(memory: 512 << 20) == 7)
        #expect(IngestOptions.mostJobs(memory: 255 << 20) == 0)
        for jobs in 3...256 {
            let least = IngestOptions.leastMemory(jobs: jobs)
            #expect(IngestOptions.mostJobs(memory: least) == jobs)
            #expect(IngestOptions.mostJobs(memory: least - 1) < jobs)
        }
        #expect(options(jobs: 2, memory: 256 << 20).waitingBudget > 0)
    }

    @Test("An ingest with too little memory is refused with the number that would do")
    func tooLittle() throws {
        try IngestFolder.with { folder in
            let error = #expect(throws: ArchiveError.self) {
                try folder.ingest([], options: options(jobs: 64, memory: 512 << 20))
            }
            #expect(error?.code == .usage)
            #expect(error?.remedy?.contains("--memory 2984M") ?? false)
        }
    }
}

/// A folder with exports and an archive, gone afterwards.
struct IngestFolder {
    private let url: URL

    static func with(_ body: (IngestFolder) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(IngestFolder(url: url))
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Ingests files of the folder into its archive.
    @discardableResult
    func ingest(
        _ names: [String], options: IngestOptions, interval: Double = 0.1,
        progress: @escaping @Sendable (IngestProgress) -> Void = { _ in }
    ) throws -> [IngestSummary] {
        let outcomes = Collected<IngestOutcome>()
        try Ingester.run(
            names.map { .file(path($0)) }, archive: path("archive"), options: options, interval: interval,
            progress: progress, finished: { outcomes.append($1) })
        return outcomes.all.compactMap { outcome in
            if case .ingested(let summary) = outcome { summary } else { nil }
        }
    }
}

/// What several threads report, in order.
///
/// `@unchecked` is safe: the elements are only touched under the mutex.
final class Collected<Element: Sendable>: @unchecked Sendable {
    private let mutex = Mutex()
    private var elements: [Element] = []

    func append(_ element: Element) { mutex.withLock { elements.append(element) } }
    var all: [Element] { mutex.withLock { elements } }
}
