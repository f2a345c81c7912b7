import ExportGenerator
import Foundation
import Testing

/// Promise 4: what a damaged download still says is kept, its verified part told from the rest.
@Suite("Damaged downloads")
struct DamagedDownloadTests {
    // MARK: truncated

    /// Bytes kept of a download of two members, and what is known then.
    enum Cut: CaseIterable {
        case firstHeader, firstData, firstTrailer, secondHeader, secondStart, secondData, secondTrailer

        func length(_ first: Int, _ whole: Int) -> Int {
            switch self {
            case .firstHeader: 5
            case .firstData: first / 2
            case .firstTrailer: first - 3
            case .secondHeader: first + 4
            case .secondStart: first + 10
            case .secondData: (first + whole) / 2
            case .secondTrailer: whole - 1
            }
        }

        var isInSecond: Bool {
            switch self {
            case .firstHeader, .firstData, .firstTrailer: false
            case .secondHeader, .secondStart, .secondData, .secondTrailer: true
            }
        }
    }

    @Test(
        "a truncated download is partial: its verified lines, the place, and all that was decoded",
        arguments: Cut.allCases)
    func truncated(cut: Cut) throws {
        let download = Download()
        let folder = try TemporaryFolder()
        let length = cut.length(download.first.count, download.whole.count)
        try folder.write(Data(download.whole.prefix(length)), to: "cut.gz")
        let ingest = try folder.ingest("cut.gz")
        #expect(ingest.status == 1)
        #expect(ingest.errorText.contains("partial: decoding stopped at byte \(length) of the download"))

        let export = try folder.export()
        #expect(export.partial)
        #expect(export.state == "partial")
        #expect(export.damage?.isEmpty == false)
        #expect(export.verifiedLines == (cut.isInSecond ? Download.firstLines : 0))
        let restored = Array(try folder.restored("cut"))
        #expect(download.content.starts(with: restored))
        #expect(restored.count >= (cut.isInSecond ? download.firstContent.count : 0))
        let whole = restored.count { $0 == 10 }
        #expect(export.events == whole)
        #expect(export.rejects == (restored.last ?? 10 == 10 ? 0 : 1))
        #expect(try folder.count("n:*") == whole)
        if export.verifiedLines < export.lines {
            #expect(ingest.errorText.contains("lines \(export.verifiedLines + 1)–\(export.lines) are unverified"))
        }
        #expect(try folder.isVerified())
    }

    @Test("a line cut off is a reject that says so, and the last one")
    func unfinishedLine() throws {
        let download = Download()
        let folder = try TemporaryFolder()
        try folder.write(Data(download.cut), to: "cut.gz")
        try folder.ingest("cut.gz")
        let export = try folder.export()
        let rejects = try Coldtrail.run("rejects", "--format", "jsonl", in: folder).objects
        #expect(rejects.count == 1)
        #expect(rejects.first?["line"] as? Int == export.lines)
        #expect(rejects.first?["reason"] as? String == "the content ends inside this line")
    }

    @Test(
        "every answer in scope of a partial export says so",
        arguments: [
            ["search", "n:1"], ["count", "n:1"], ["fields", "n:1"], ["exports"], ["info"], ["rejects"],
            ["show", "cut:1"], ["restore", "cut"],
        ])
    func answersSayPartial(arguments: [String]) throws {
        let folder = try Self.partialBesideComplete()
        let result = try Coldtrail.run(arguments, in: folder)
        #expect(result.status == 0, "\(result.errorText)")
        #expect(result.errorText.contains("partial: cut: decoding stopped at byte"))
        #expect(!result.text.contains("partial: cut"))
    }

    @Test("JSON aggregates say partial too, and only if a partial export is in scope")
    func aggregatesSayPartial() throws {
        let folder = try Self.partialBesideComplete()
        for command in [["count", "n:*"], ["fields", "n:*"]] {
            let all = try Coldtrail.run(command + ["--format", "jsonl"], in: folder)
            #expect(all.text.contains(#""partial":true"#), "\(command)")
            let complete = try Coldtrail.run(command + ["--format", "jsonl", "--export", "fine"], in: folder)
            #expect(!complete.text.contains("partial"))
            #expect(!complete.errorText.contains("partial"))
        }
    }

    @Test("the same damaged download again is already in")
    func again() throws {
        let download = Download()
        let folder = try TemporaryFolder()
        try folder.write(Data(download.cut), to: "cut.gz")
        #expect(try folder.ingest("cut.gz").status == 1)
        let before = try folder.export()
        try folder.write(Data(download.cut), to: "copy.gz")
        for name in ["cut.gz", "copy.gz"] {
            let again = try folder.ingest(name)
            #expect(again.status == 0)
            #expect(again.errorText.contains("already in the archive as cut"))
        }
        #expect(try folder.export().counts == before.counts)
        #expect(try folder.leftovers().isEmpty)
    }

    // MARK: altered

    @Test("one flipped bit anywhere: never an error, never silently whole", arguments: 0..<6)
    func flippedBit(place: Int) throws {
        let download = Download()
        let folder = try TemporaryFolder()
        var bytes = download.whole
        // Not in a header: its time and system bytes say nothing that could be checked.
        let at = 10 + (bytes.count - 11) * place / 5
        guard !(download.first.count..<download.first.count + 10).contains(at) else { return }
        bytes[at] ^= 1 << UInt8(place % 8)
        try folder.write(Data(bytes), to: "flip.gz")
        let ingest = try folder.ingest("flip.gz")
        #expect(ingest.status == 1, "\(ingest.errorText)")
        let export = try folder.export()
        #expect(export.partial)
        #expect(export.verifiedLines == (at < download.first.count ? 0 : Download.firstLines))
        #expect(export.events + export.rejects + export.blanks == export.lines)
        #expect(try folder.count("*") == export.events)
        let restored = try folder.restored("flip")
        #expect(restored.count == export.contentBytes)
        if export.verifiedLines > 0 { #expect(restored.starts(with: download.firstContent)) }
        #expect(try folder.isVerified())
    }

    @Test("unverified lines are marked where one is shown")
    func shownUnverified() throws {
        let folder = try Self.partialBesideComplete()
        let verified = try Coldtrail.run("show", "cut:\(Download.firstLines)", in: folder)
        let unverified = try Coldtrail.run("show", "cut:\(Download.firstLines + 1)", in: folder)
        #expect(!verified.text.contains("unverified"))
        #expect(unverified.text.contains("unverified"))
    }

    private static func partialBesideComplete() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(Data(Download().cut), to: "cut.gz")
        try folder.write(#"{"n":-1,"half":"none"}"# + "\n", to: "fine.jsonl")
        try folder.ingest("cut.gz", "fine.jsonl")
        return folder
    }
}
