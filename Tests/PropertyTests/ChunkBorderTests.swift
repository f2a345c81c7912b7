import Archive
import QueryLanguage
import Search
import Testing

/// A chunk has at most 16,384 events: a word in its first and last one is as far apart as a difference can be.
@Suite struct ChunkBorderTests {
    @Test(arguments: [16_383, 16_384, 16_385, 40_000]) func wordsFarApart(count: Int) throws {
        let places = [0, 1, 129, 16_382, 16_383, 16_384, 32_766, 32_767, 32_768, count - 1].filter { $0 < count }
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

    /// Blocks of a chunk are numbered by a byte.
    @Test func longLineBesideFullChunk() throws {
        let words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
        var lines = (0..<17_000).map { number in
            let word = words[number % words.count]
            let text = (0..<14).map { "\(word) speaks of \(word)\(number % 97 + $0) and \(number &* 7919 + $0)" }
            return Array(#"{"m":"\#(text.joined(separator: ", "))"}"#.utf8)
        }
        lines.insert(Array(#"{"m":"\#(String(repeating: "long line ", count: 1_500_000))end"}"#.utf8), at: 12_000)
        try TestArchive.with(lines, fields: nil) { archive in
            let export = try #require(archive.exports.first)
            for partition in archive.partitions(of: export) {
                for block in try archive.open(partition).blocks() { #expect(block.place < 256) }
            }
            let request = SearchRequest(query: try QueryParser.parse("m:*"), threads: 2)
            var next = 0
            _ = try Searcher(archive: archive, request: request).forEachHit(order: .oldest, limit: nil) { hit, line in
                #expect(line.elementsEqual(lines[next]) && hit.line == UInt64(next + 1))
                next += 1
                return true
            }
            #expect(next == lines.count)
        }
    }
}
