import Archive
import Foundation
import Testing

/// The bulk-written index is a valid FTS5 table: FTS5's own checks pass and MATCH answers as if FTS5 had written it.
@Suite struct TermIndexFTS5Tests {
    @Test(arguments: TermIndexTests.corpora.indices, TermCorpus.Way.allCases)
    func matchesANormalTable(corpus index: Int, way: TermCorpus.Way) throws {
        let corpus = TermIndexTests.corpora[index].1
        for pageSize in [256, 8100] {
            let folder = try ScratchFolder()
            let path = try folder.newFile("bulk.db")
            try corpus.write(to: path, pageSize: pageSize, way: way)
            let bulk = try SQLiteConnection.openForBuilding(path)
            try bulk.execute("INSERT INTO terms(terms) VALUES('integrity-check')")
            #expect(try integrity(of: bulk) == "ok")

            let normal = try insertNormally(corpus, in: folder)
            let terms = corpus.sortedTerms
            for term in terms.prefix(80) + terms.suffix(80) {
                let rows = try matches("\"\(term)\"", in: bulk)
                #expect(rows == corpus.rows[term], "\(term)")
                #expect(try matches("\"\(term)\"", in: normal) == rows)
            }
            guard let first = terms.first, let last = terms.last else { continue }
            for query in [
                "\"\(first)\" AND \"\(last)\"", "\"\(first)\" OR \"\(last)\"", "\(first)*",
                "\"\(last)\" NOT \"\(first)\"",
            ] {
                let rows = try matches(query, in: bulk)
                #expect(try matches(query, in: normal) == rows, "\(query)")
                #expect(try matches(query, in: bulk, order: "DESC") == rows.reversed(), "\(query)")
            }
        }
    }

    @Test func hundredThousandTerms() throws {
        let corpus = TermIndexTests.singles(100_000)
        let folder = try ScratchFolder()
        let path = try folder.newFile("bulk.db")
        try corpus.write(to: path, pageSize: 8100, sqlitePageSize: 16384)
        let bulk = try SQLiteConnection.openForBuilding(path)
        try bulk.execute("INSERT INTO terms(terms) VALUES('integrity-check')")
        #expect(try integrity(of: bulk) == "ok")
        try bulk.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, terms, row)")
        let vocabulary = try bulk.prepare("SELECT count(*), sum(doc) FROM temp.vocabulary")
        #expect(try vocabulary.step())
        #expect(try vocabulary.int64(0) == 100_000)
        #expect(try vocabulary.int64(1) == 100_000)
    }

    /// Row ids of up to 2^62, whose varints take nine bytes.
    @Test func hugeRowNumbers() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("bulk.db")
        let rows = (0...62).map { UInt64(1) << UInt64($0) }
        do {
            let connection = try SQLiteConnection.openForBuilding(path)
            try connection.execute("BEGIN")
            let index = try TermIndexWriter(connection: connection, pageSize: 256)
            var segment = index.makeSegment()
            for term in ["a", "b", "c"] {
                try term.withUTF8Bytes { try segment.startTerm($0) }
                for row in rows { try segment.append(row: row) }
            }
            try index.add(segment.finish())
            try index.finish(eventCount: 63)
            try connection.execute("COMMIT")
        }
        let connection = try SQLiteConnection.openForBuilding(path)
        try connection.execute("INSERT INTO terms(terms) VALUES('integrity-check')")
        for term in ["a", "b", "c"] { #expect(try matches(term, in: connection) == rows) }
        let reader = try TermIndexReader(connection: connection, eventCount: 1 << 32)
        #expect(throws: TermIndexError.self) { try reader.rows(of: "a") }
    }

    /// The reader also reads what FTS5 itself wrote, with its doclist indexes and several segments.
    @Test func readsATableThatFTS5Wrote() throws {
        let corpus = TermIndexTests.longLists()
        let folder = try ScratchFolder()
        let connection = try insertNormally(corpus, in: folder)
        let reader = try TermIndexReader(connection: connection, eventCount: corpus.eventCount)
        let scanned = try reader.scan()
        #expect(scanned.map(\.term) == corpus.sortedTerms)
        #expect(scanned.allSatisfy { $0.rows == corpus.rows[$0.term] })
        _ = try reader.verify()
    }

    // MARK: Helpers

    private func insertNormally(_ corpus: TermCorpus, in folder: ScratchFolder) throws -> SQLiteConnection {
        let connection = try SQLiteConnection.openForBuilding(folder.newFile("normal.db"))
        try connection.execute("BEGIN; " + TermIndexFormat.createTable)
        let insert = try connection.prepare("INSERT INTO terms(rowid, x) VALUES(?, ?)")
        for (index, document) in corpus.documents.enumerated() {
            try insert.bind(Int64(index + 1), at: 1)
            try insert.bind(document, at: 2)
            try insert.execute()
        }
        try connection.execute("COMMIT")
        return connection
    }

    private func matches(_ query: String, in connection: SQLiteConnection, order: String = "ASC") throws -> [UInt64] {
        let statement = try connection.prepare("SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY rowid \(order)")
        try statement.bind(query, at: 1)
        var rows: [UInt64] = []
        while try statement.step() { rows.append(UInt64(try statement.int64(0))) }
        return rows
    }

    private func integrity(of connection: SQLiteConnection) throws -> String {
        let statement = try connection.prepare("PRAGMA integrity_check")
        guard try statement.step() else { return "no answer" }
        return try statement.text(0)
    }
}
