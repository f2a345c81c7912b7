import Archive
import Foundation
import Testing

@Suite struct TermIndexTests {
    /// Doclists from one row to all events, so that some span many pages and some end just at a page's end.
    static func longLists(events: UInt64 = 6_000) -> TermCorpus {
        var random = SeededGenerator(state: 1)
        var rows: [String: [UInt64]] = [
            "all": Array(1...events), "even": Array(stride(from: 2, through: events, by: 2)),
            "first": [1], "last": [events], "both": [1, events],
            "sparse": Array(stride(from: 5, through: events, by: 377)),
        ]
        for number in 0..<60 {
            let share = Double.random(in: 0.0001...0.2, using: &random)
            let list = (1...events).filter { _ in Double.random(in: 0...1, using: &random) < share }
            if !list.isEmpty { rows["word\(number)"] = list }
        }
        return TermCorpus(eventCount: events, rows: rows)
    }

    /// Terms of one event each, as digests and identifiers are.
    static func singles(_ count: Int) -> TermCorpus {
        var random = SeededGenerator(state: 2)
        var rows: [String: [UInt64]] = [:]
        while rows.count < count {
            rows[String(UInt64.random(in: 0...(1 << 40), using: &random), radix: 36)] = [
                UInt64.random(in: 1...1000, using: &random)
            ]
        }
        return TermCorpus(eventCount: 1000, rows: rows)
    }

    /// 128 bytes, differing near their end, and their own prefixes.
    static func longTerms() -> TermCorpus {
        var random = SeededGenerator(state: 3)
        var rows: [String: [UInt64]] = [:]
        let stem = String(repeating: "abcdefghij", count: 12)
        for number in 0..<200 {
            let term = stem + String(10_000_000 + number * 7)
            let events = Set(
                (0..<Int.random(in: 1...9, using: &random)).map { _ in UInt64.random(in: 1...500, using: &random) })
            rows[term] = events.sorted()
        }
        for length in 1...120 { rows[String(stem.prefix(length))] = [UInt64(length)] }
        // Longer than the smallest page.
        rows[String(repeating: "k", count: TermIndexFormat.maximumTermLength)] = Array(1...400)
        rows[String(repeating: "l", count: TermIndexFormat.maximumTermLength)] = [7]
        return TermCorpus(eventCount: 500, rows: rows)
    }

    static func nonASCII() -> TermCorpus {
        let words = [
            "größe", "straße", "naïve", "日本語", "中文", "žluťoučký", "привет", "мир", "ελληνικά", "𐐨𐐩", "é", "z", "0",
            "٣٤",
        ]
        var rows: [String: [UInt64]] = [:]
        for (number, word) in words.enumerated() {
            rows[word] = Array(stride(from: UInt64(number + 1), through: 300, by: number + 2))
        }
        return TermCorpus(eventCount: 300, rows: rows)
    }

    static let corpora: [(String, TermCorpus)] = [
        ("long lists", longLists()), ("single rows", singles(5000)), ("long terms", longTerms()),
        ("non-ASCII", nonASCII()),
        ("nothing", TermCorpus(eventCount: 3, rows: [:])), ("one", TermCorpus(eventCount: 1, rows: ["x": [1]])),
    ]

    @Test(arguments: corpora.indices, [256, 1000, 32768])
    func readerFindsWhatWasWritten(corpus index: Int, pageSize: Int) throws {
        let corpus = Self.corpora[index].1
        for way in TermCorpus.Way.allCases {
            let folder = try ScratchFolder()
            let path = try folder.newFile("index.db")
            try corpus.write(to: path, pageSize: pageSize, way: way)
            let reader = try open(path, corpus)

            let scanned = try reader.scan()
            #expect(scanned.map(\.term) == corpus.sortedTerms)
            #expect(scanned.allSatisfy { $0.rows == corpus.rows[$0.term] })
            for (term, rows) in corpus.rows.prefix(300) {
                let found = try reader.rows(of: term)
                #expect(found == rows, "\(term)")
            }
            let totals = try reader.verify()
            #expect(totals.terms == UInt64(corpus.rows.count))
            #expect(totals.rows == corpus.rows.values.reduce(0) { $0 + UInt64($1.count) })
        }
    }

    @Test(arguments: corpora.indices, TermCorpus.Way.allCases)
    func aWalkReadsThePagesThatCanHoldAPiece(corpus index: Int, way: TermCorpus.Way) throws {
        let corpus = Self.corpora[index].1
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        let pairs = try corpus.write(to: path, pageSize: 256, way: way)
        let reader = try open(path, corpus)
        var random = SeededGenerator(state: 11)
        var pieces: [[UInt8]] = ["zq", "é", "0", "x"].map { Array($0.utf8) }
        for term in corpus.sortedTerms.shuffled(using: &random).prefix(60) {
            let bytes = Array(term.utf8)
            let start = Int.random(in: bytes.indices, using: &random)
            pieces.append(Array(bytes[start..<min(bytes.count, start + Int.random(in: 1...6, using: &random))]))
        }
        for piece in pieces {
            var found: Set<String> = []
            let sought = [PagePairs.pairs(of: piece)]
            for run in reader.pageRuns(pieces: 3, pairs: pairs, holdingAnyOf: sought) {
                try reader.forEachTerm(
                    in: run, where: { term, _ in Self.holds(term, piece) },
                    { found.insert(String(decoding: $0.term, as: UTF8.self)) })
            }
            let expected = corpus.sortedTerms.filter { Array($0.utf8).withUnsafeBytes { Self.holds($0, piece) } }
            #expect(found == Set(expected), "\(piece)")
            for pieces in [1, 7] {
                let runs = reader.pageRuns(pieces: pieces, pairs: pairs, holdingAnyOf: sought)
                #expect(runs.reduce(0) { $0 + $1.count } == pairs.count(holdingAnyOf: sought))
                let all = reader.pageRuns(pieces: pieces, pairs: nil, holdingAnyOf: sought)
                #expect(all.reduce(0) { $0 + $1.count } == reader.pageCount)
                #expect(all.count <= pieces * 3)
            }
        }
        _ = try reader.verify(pairs: pairs)
        let others = try TermCorpus(eventCount: 1, rows: ["qqq": [1]]).write(
            to: try folder.newFile("other.db"), pageSize: 256)
        #expect(throws: TermIndexError.self) { try reader.verify(pairs: others) }
    }

    private static func holds(_ term: UnsafeRawBufferPointer, _ piece: [UInt8]) -> Bool {
        guard term.count >= piece.count else { return false }
        return (0...term.count - piece.count).contains { term[$0...].starts(with: piece) }
    }

    @Test func pagesWithoutThePairsAreLeftOut() throws {
        var rows: [String: [UInt64]] = [:]
        for number in 0..<2_000 { rows["\(number * 7_919)"] = [UInt64(number % 50) + 1] }
        rows["password"] = [7]
        rows[String(repeating: "7", count: 126)] = [9]
        let corpus = TermCorpus(eventCount: 50, rows: rows)
        let folder = try ScratchFolder()
        let pairs = try corpus.write(to: try folder.newFile("index.db"), pageSize: 512)
        #expect(pairs.count > 30)
        // The page of the word, and that of the term that may be the beginning of anything.
        #expect(pairs.count(holdingAnyOf: [PagePairs.pairs(of: "sswo".utf8)]) == 2)
        #expect(pairs.count(holdingAnyOf: [PagePairs.pairs(of: "77".utf8)]) > 30)
        #expect(pairs.count(holdingAnyOf: [PagePairs.pairs(of: "x".utf8)]) == pairs.count)
    }

    @Test func absentTermsAreNotFound() throws {
        let corpus = Self.longLists()
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 256)
        let reader = try open(path, corpus)
        for term in ["", "a", "al", "alll", "word", "zzz", "\u{0}", "é", String(repeating: "x", count: 5000)] {
            let rows = try reader.rows(of: term)
            #expect(rows.isEmpty, "\(term)")
        }
    }

    @Test func bitmapsCountsAndEstimates() throws {
        let corpus = Self.longLists()
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 1000, way: .segments)
        let reader = try open(path, corpus)
        for (term, rows) in corpus.rows {
            try Array(term.utf8).withUnsafeBytes { bytes in
                var bitmap = Bitmap(eventCount: corpus.eventCount)
                let added = try reader.addRows(of: bytes, to: &bitmap)
                #expect(added == UInt64(rows.count))
                #expect(Array(bitmap.ascending) == rows)
                let counted = try reader.count(of: bytes)
                #expect(counted == UInt64(rows.count))
                let estimate = try reader.estimatedCount(of: bytes)
                #expect(estimate >= UInt64(rows.count) / 2 && estimate <= UInt64(rows.count) * 2 + 2000, "\(term)")
            }
        }
    }

    @Test(arguments: TermCorpus.Way.allCases)
    func scansByPrefixAndBySubstring(way: TermCorpus.Way) throws {
        let corpus = Self.singles(3000)
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 512, way: way)
        let reader = try open(path, corpus)
        let terms = corpus.sortedTerms
        for text in ["", "a", "0", "zz", "1a", "abc", terms[0], terms[1500], terms[2999], "zzzzzzzzzz", "!"] {
            let byPrefix = try reader.scan(prefix: text)
            #expect(byPrefix.map(\.term) == terms.filter { $0.hasPrefix(text) })
            #expect(byPrefix.allSatisfy { $0.rows == corpus.rows[$0.term] })
            let bySubstring = try reader.scan(containing: text)
            #expect(bySubstring.map(\.term) == terms.filter { text.isEmpty || $0.contains(text) })
            #expect(bySubstring.allSatisfy { $0.rows == corpus.rows[$0.term] })
        }
    }

    @Test func visitorsMayUseTheReader() throws {
        let corpus = Self.longLists(events: 3000)
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 256)
        let reader = try open(path, corpus)
        var kept: [(String, Doclist)] = []
        try "".withUTF8Bytes { empty in
            try reader.forEachTerm(prefix: empty) { entry in
                let term = String(decoding: entry.term, as: UTF8.self)
                var rows: [UInt64] = []
                let inner = try reader.scan(prefix: "word1")
                try entry.doclist.forEach { row in
                    let first = row % 500 == 0 ? try reader.rows(of: "first") : [1]
                    #expect(first == [1])
                    rows.append(row)
                }
                #expect(rows == corpus.rows[term])
                #expect(inner.allSatisfy { $0.rows == corpus.rows[$0.term] })
                #expect(String(decoding: entry.term, as: UTF8.self) == term)
                kept.append((term, entry.doclist))
                return kept.count < 20
            }
        }
        #expect(kept.count == 20)
        for (term, doclist) in kept { #expect(try doclist.count() == UInt64(corpus.rows[term]?.count ?? 0)) }
    }

    /// Rows counted twice would make counts wrong: the segments of an index hold ascending rows.
    @Test func segmentsWithTheSameRowsAreRefused() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        let connection = try SQLiteConnection.openForBuilding(path)
        let index = try TermIndexWriter(connection: connection, pageSize: 256)
        for rows in [[1, 5], [5, 6]] as [[UInt64]] {
            var segment = index.makeSegment()
            try "term".withUTF8Bytes { try segment.startTerm($0) }
            for row in rows { try segment.append(row: row) }
            try index.add(segment.finish())
        }
        try index.finish(eventCount: 6)
        let reader = try TermIndexReader(connection: connection, eventCount: 6)
        #expect(throws: TermIndexError.self) { try reader.rows(of: "term") }
        #expect(throws: TermIndexError.self) { try reader.verify() }
    }

    /// The rows of a long doclist go into the same pages however they are handed over.
    @Test func runsAndRowsGiveEqualFiles() throws {
        let folder = try ScratchFolder()
        let corpus = Self.longLists()
        let byRow = try folder.newFile("row.db")
        let byRun = try folder.newFile("run.db")
        try corpus.write(to: byRow, pageSize: 4000, way: .rowByRow)
        try corpus.write(to: byRun, pageSize: 4000, way: .runs)
        #expect(FileManager.default.contents(atPath: byRow) == FileManager.default.contents(atPath: byRun))
    }

    func open(_ path: String, _ corpus: TermCorpus) throws -> TermIndexReader {
        let connection = try SQLiteConnection.openReadOnly(path)
        try SchemaGuard.check(connection, equals: TermIndexFormat.schema)
        return try TermIndexReader(connection: connection, eventCount: corpus.eventCount)
    }
}

extension String {
    func withUTF8Bytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Array(utf8).withUnsafeBytes(body)
    }
}
