import Archive
import Foundation
import Ingest
import QueryLanguage
import Search
import Testing

/// Blocks share memory where they may: what one holds must stay as long as it is used.
@Suite struct BlockMemoryTests {
    @Test("A block keeps its lines while others are loaded, in any order, also when their reader is gone")
    func blocksKeepTheirLines() throws {
        let lines = (0..<45_000).map { number in
            #"{"n":\#(number),"message":"user u\#(number % 97) logged in from 10.0.\#(number % 251).\#(number % 13)"}"#
        }
        // One line that is longer than the room for a block.
        let long = #"{"message":"\#(String(repeating: "x y ", count: 200_000))"}"#
        let all = Array(lines.dropLast(5_000)) + [long] + Array(lines.suffix(5_000))
        let (archive, folder) = try archived(all, jobs: 1)
        defer { try? FileManager.default.removeItem(at: folder) }
        var held: [LoadedBlock] = []
        do {
            let reader = try archive.open(archive.partitions[0])
            let count = try reader.blocks().count
            #expect(count > 8)
            for number in Array(0..<count) + (0..<count).reversed() {
                let block = try reader.load(block: number)
                // Every third is held, and with it the memory that it came in.
                if number % 3 == 0 { held.append(block) }
                check(block, all)
            }
        }
        #expect(held.count > 4)
        for block in held { check(block, all) }
    }

    @Test("Blocks that share a span have each event once, and its lines are read in order, ahead by much or by little")
    func sharedSpans() throws {
        let words = (0..<400).map { number in "w" + String(number * 7_919 % 100_003, radix: 36) }
        let lines = (0..<24_000).map { number in
            // Many kinds in no order, each with words in an order of its own.
            let kind = number * 5_237 % 1_499
            let text = (0..<40).map { words[(kind * 31 + $0 * $0 * (kind % 89 + 1)) % 400] }.joined(separator: " ")
            return #"{"n":\#(number),"message":"k\#(kind)x \#(text) id=\#(number * 77_773 % 1_000_003)"}"#
        }
        let (archive, folder) = try archived(lines, jobs: 2)
        defer { try? FileManager.default.removeItem(at: folder) }
        let reader = try archive.open(archive.partitions[0])
        let blocks = try reader.blocks()
        #expect(blocks.contains { !$0.isWhole && $0.span.count > 2_000 })

        var seen = Set<Int>()
        for number in blocks.indices {
            let block = try reader.load(block: number)
            check(block, lines)
            for position in 0..<block.events {
                let event = block.event(at: position)
                #expect(seen.insert(event).inserted && blocks[number].span.contains(event))
                #expect(block.position(of: event) == position)
                if event % 97 == 0 { #expect(try reader.block(of: event) == number) }
            }
            #expect(block.position(of: blocks[number].span.upperBound + 1) == nil && block.position(of: 0) == nil)
        }
        #expect(seen.count == lines.count)

        let wantings: [(name: String, isWanted: (Int) -> Bool)] = [
            ("all", { _ in true }), ("some", { $0 % 11 == 3 }), ("few", { $0 % 4_999 == 1 }),
        ]
        for mostBytes in [1, 100_000, 1 << 30] {
            for wanting in wantings {
                let source = OrderedLines(reader, mostBytes: mostBytes, where: wanting.isWanted)
                for event in 1...lines.count where wanting.isWanted(event) && (mostBytes > 1 || event % 50 < 3) {
                    let line = try source.withLine(event, through: lines.count) { String(decoding: $0, as: UTF8.self) }
                    if line != lines[event - 1] { Issue.record("event \(event), \(mostBytes), \(wanting.name)") }
                }
            }
        }
        let thrifty = OrderedLines(opening: { try archive.open(archive.partitions[0]) })
        thrifty.keepsOpen = false
        for event in stride(from: 5, to: lines.count, by: 700) {
            #expect(try thrifty.withLine(event) { String(decoding: $0, as: UTF8.self) } == lines[event - 1])
        }

        // What one kind of event says stands in few blocks.
        let kind = "k\(5_237 % 1_499)x"
        let request = SearchRequest(query: try QueryParser.parse("message:*\(kind)*"), threads: 2)
        let searcher = try Searcher(archive: archive, request: request)
        #expect(try searcher.count().count == UInt64(lines.count { $0.contains(kind) }))
        var found: [UInt64] = []
        _ = try Searcher(archive: archive, request: request).forEachHit(order: .oldest, limit: nil) { hit, line in
            #expect(line.elementsEqual(lines[Int(hit.line) - 1].utf8))
            found.append(hit.line)
            return true
        }
        #expect(found == lines.indices.filter { lines[$0].contains(kind) }.map { UInt64($0 + 1) })
    }

    /// The lines as an archive, in a folder that the caller removes.
    private func archived(_ lines: [String], jobs: Int) throws -> (Archive, folder: URL) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "events.jsonl")
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let path = folder.appending(path: "archive").path
        try Ingester.run(
            [.file(file.path)], archive: path,
            options: IngestOptions(fields: nil, jobs: jobs, now: 0, toolVersion: "test"),
            finished: { _, _ in })
        return (try Archive(path: path), folder)
    }

    private func check(_ block: LoadedBlock, _ all: [String]) {
        for position in 0..<block.events {
            let event = block.event(at: position)
            let line = block.withLine(event) { String(decoding: $0, as: UTF8.self) }
            #expect(line == all[event - 1])
        }
    }
}
