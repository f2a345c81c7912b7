import Archive
import QueryLanguage
import Search
import Testing

/// A chunk has at most 8,192 events, a span 32,768: what is counted from their first one.
@Suite struct ChunkBorderTests {
    @Test(arguments: [8_191, 8_192, 8_193, 32_768, 40_000]) func wordsFarApart(count: Int) throws {
        let places = [0, 1, 129, 8_190, 8_191, 8_192, 16_383, 32_767, 32_768, count - 1].filter { $0 < count }
        let held = Set(places)
        let lines = (0..<count).map { number in
            Array(#"{"n":\#(number),"m":"\#(held.contains(number) ? "needle" : "hay")"}"#.utf8)
        }
        try TestArchive.with(lines, fields: nil) { archive in
            for (text, wanted) in [
                ("needle", held.count), ("m:needle", held.count), ("n:\(count - 1) AND needle", 1),
                ("needle AND NOT hay", held.count), ("hay", count - held.count), ("*eedl*", held.count),
            ] {
                let request = SearchRequest(query: try QueryParser.parse(text), threads: 2)
                #expect(try Searcher(archive: archive, request: request).count().count == UInt64(wanted), "\(text)")
            }
            var found: [Int] = []
            let request = SearchRequest(query: try QueryParser.parse("needle"), threads: 2)
            _ = try Searcher(archive: archive, request: request).forEachHit(order: .none, limit: nil) { hit, line in
                found.append(Int(hit.line) - 1)
                #expect(Array(line) == lines[Int(hit.line) - 1])
                return true
            }
            #expect(found == held.sorted())
        }
    }

    /// Blocks of a span are numbered by a byte: a full span and a long line behind it are as many as there can be.
    @Test func longLineBesideFullSpan() throws {
        let words = (0..<400).map { number in "w" + String(number * 7_919 % 100_003, radix: 36) }
        // Many kinds in no order, each with words in an order of its own; a KiB each.
        func line(_ number: Int) -> [UInt8] {
            let kind = number * 5_237 % 1_499
            let text = (0..<190).map { words[(kind * 31 + $0 * $0 * (kind % 89 + 1)) % 400] }.joined(separator: " ")
            let start = #"{"n":\#(number),"message":"k\#(kind)x \#(text)"#.utf8.prefix(1_000)
            return Array(start) + Array(repeating: UInt8(ascii: "."), count: 1_021 - start.count) + Array(#""}"#.utf8)
        }
        var lines = (0..<2 * 16_384 - 1).map(line)
        lines.append(Array(#"{"message":"\#(String(repeating: "long line ", count: 1_500_000))end"}"#.utf8))
        try TestArchive.with(lines, fields: nil) { archive in
            let partition = try #require(archive.partitions.first { $0.events == lines.count })
            let blocks = try archive.open(partition).blocks()
            // The first of the span with the long line.
            let shared = blocks.filter { $0.span.upperBound == lines.count }
            #expect(shared.count > 220 && shared.allSatisfy { !$0.isWhole && $0.place < 256 })
            let request = SearchRequest(query: try QueryParser.parse("message:*"), threads: 2)
            var next = 0
            _ = try Searcher(archive: archive, request: request).forEachHit(order: .none, limit: nil) { hit, line in
                #expect(line.elementsEqual(lines[next]) && hit.line == UInt64(next + 1))
                next += 1
                return true
            }
            #expect(next == lines.count)
        }
    }
}
