import ExportGenerator
import Foundation
import Testing

@testable import Ingest

@Suite("Progress of an ingest")
struct IngestProgressTests {
    private static let options = IngestOptions(jobs: 2, memory: 256 << 20, now: 0, toolVersion: "test")

    private func reports(_ names: [String], in folder: IngestFolder) throws -> [IngestProgress] {
        let reports = Collected<IngestProgress>()
        try folder.ingest(names, options: Self.options, interval: 0) { reports.append($0) }
        return reports.all
    }

    private func checkSteady(_ reports: [IngestProgress]) throws {
        let shares = try reports.map { try #require($0.share) }
        #expect(shares == shares.sorted(), "the share went back")
        #expect(reports.map(\.sourceBytesDone) == reports.map(\.sourceBytesDone).sorted())
        #expect(shares.last == 1)
        #expect(shares.allSatisfy { (0...1).contains($0) })
    }

    @Test("Shares rise steadily to 1, and what follows the last byte read is part of them", arguments: [false, true])
    func wholeIngest(shuffled: Bool) throws {
        try IngestFolder.with { folder in
            var generator = GeneratorOptions(seed: 8, days: shuffled ? 60 : 1)
            generator.shufflesTime = shuffled
            try ExportGenerator(generator).write(60_000, to: folder.path("a.jsonl.gz"), level: 1)
            let reports = try reports(["a.jsonl.gz"], in: folder)
            try checkSteady(reports)
            let total = try #require(reports.last?.sourceBytesTotal)
            #expect(reports.last?.sourceBytesDone == total)
            #expect(reports.last?.events == 60_000)
            #expect((reports.first?.share ?? 1) < 0.1)
            // All partitions are closed after the last byte here: the bar must not stand at 100 % meanwhile.
            let atEnd = try #require(reports.first { $0.sourceBytesDone == total })
            #expect(try #require(atEnd.share) < 1 - WorkShares.merging - WorkShares.sealing + 0.001)
            // Never ahead of the bytes, and from 10 % on the work follows them, as far behind as lines may wait for
            // their day or chunk.
            let waiting = Double(CutRules.ownPartition + 12 * ExportReader.batchBytes)
            let content = Double(reports.last?.contentBytes ?? 0)
            for report in reports {
                let read = Double(report.sourceBytesDone) / Double(total)
                let share = try #require(report.share)
                #expect(share <= read + 0.001)
                if !shuffled, share >= 0.1, share < 1 {
                    let behind = WorkShares.merging + WorkShares.sealing + waiting / content
                    #expect(share >= read - behind, "\(share) at \(read) of the bytes")
                }
            }
            // No single step is a large part of the work.
            let shares = reports.compactMap(\.share)
            let step = zip(shares, shares.dropFirst()).map { $1 - $0 }.max() ?? 1
            #expect(step < 0.25, "a step of \(step)")
        }
    }

    @Test("Exports that are in already are neither to do nor done")
    func skipped() throws {
        try IngestFolder.with { folder in
            for number in 0..<4 {
                try ExportGenerator(seed: UInt64(number)).write(3_000, to: folder.path("\(number).jsonl.gz"))
            }
            try folder.ingest(["0.jsonl.gz", "1.jsonl.gz"], options: Self.options)
            let reports = try reports((0..<4).map { "\($0).jsonl.gz" }, in: folder)
            try checkSteady(reports)
            let left = [2, 3].reduce(0) { sum, number in
                sum + (((try? Data(contentsOf: URL(filePath: folder.path("\(number).jsonl.gz")))) ?? Data()).count)
            }
            #expect(reports.last?.sourceBytesTotal == UInt64(left))
            #expect(reports.last?.sourceBytesDone == UInt64(left))
            #expect(try self.reports((0..<4).map { "\($0).jsonl.gz" }, in: folder).last?.share == 1)
        }
    }

    @Test("Rejects, a line of many pieces and an empty file come to their end as well")
    func strange() throws {
        try IngestFolder.with { folder in
            try Data(String(repeating: "no event\n", count: 800_000).utf8).write(
                to: URL(filePath: folder.path("a.jsonl")))
            try Data([UInt8](repeating: 0x61, count: 70 << 20)).write(to: URL(filePath: folder.path("b.jsonl")))
            try Data().write(to: URL(filePath: folder.path("c.jsonl")))
            let reports = try reports(["a.jsonl", "b.jsonl", "c.jsonl"], in: folder)
            try checkSteady(reports)
            #expect(reports.contains { (0.01...0.99).contains($0.share ?? 0) })
        }
    }

    @Test("Work counts when it is done, not when it is read")
    func shares() {
        var work = ExportWork(sourceBytes: 1_000)
        #expect(work.share == 0)
        work.sourceRead = 500
        work.contentRead = 5_000
        #expect(work.share == 0)
        work.contentRouted = 5_000
        work.eventBytes = 4_000
        #expect(abs(work.share - 0.5 * WorkShares.reading) < 1e-9)
        work.encoded = 4_000
        #expect(abs(work.share - 0.5 * WorkShares.upToEncoding) < 1e-9)
        work.merged = 2_000
        #expect(abs(work.share - 0.5 * (WorkShares.upToEncoding + WorkShares.merging / 2)) < 1e-9)
        work.sourceRead = 1_000
        work.contentRead = 10_000
        work.contentRouted = 10_000
        work.eventBytes = 8_000
        work.encoded = 8_000
        work.merged = 8_000
        #expect(abs(work.share - (1 - WorkShares.sealing)) < 1e-9)
        work.sealed = 8_000
        #expect(abs(work.share - 1) < 1e-9)
        #expect(
            abs(WorkShares.reading + WorkShares.encoding + WorkShares.merging + WorkShares.sealing - 1) < 1e-9)
    }

    @Test("Without a size there is no share")
    func unknownSize() {
        let reports = Collected<IngestProgress>()
        let meter = WorkMeter(sizes: [10, nil], interval: 0) { reports.append($0) }
        meter.add(0) { $0.sourceRead = 10 }
        #expect(reports.all.count == 1)
        #expect(reports.all.allSatisfy { $0.share == nil && $0.sourceBytesTotal == nil })
        let rare = WorkMeter(sizes: [10], interval: 3_600) { reports.append($0) }
        for _ in 0..<100 { rare.add(0) { $0.events += 1 } }
        #expect(reports.all.count == 2)
    }
}
