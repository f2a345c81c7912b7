import Archive
import Foundation
import Ingest
import Testing

/// Blocks share memory where they may: what one holds must stay as long as it is used.
@Suite struct BlockMemoryTests {
    @Test("A block keeps its lines while others are loaded, in any order, also when their reader is gone")
    func blocksKeepTheirLines() throws {
        let lines = (0..<30_000).map { number in
            #"{"n":\#(number),"message":"user u\#(number % 97) logged in from 10.0.\#(number % 251).\#(number % 13)"}"#
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "events.jsonl")
        // One line that is longer than the room for a block.
        let long = #"{"message":"\#(String(repeating: "x y ", count: 200_000))"}"#
        let all = Array(lines.dropLast(5_000)) + [long] + Array(lines.suffix(5_000))
        try Data(all.joined(separator: "\n").utf8).write(to: file)
        let path = folder.appending(path: "archive").path
        try Ingester.run(
            [.file(file.path)], archive: path,
            options: IngestOptions(fields: nil, jobs: 1, now: 0, toolVersion: "test"),
            finished: { _, _ in })
        let archive = try Archive(path: path)
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

    private func check(_ block: LoadedBlock, _ all: [String]) {
        for event in block.firstEvent..<block.firstEvent + block.events {
            let line = block.withLine(event) { String(decoding: $0, as: UTF8.self) }
            #expect(line == all[event - 1])
        }
    }
}
