import Foundation

/// What tests ask `./archive.coldtrail` of a folder.
extension TemporaryFolder {
    static let archive = "archive.coldtrail"

    @discardableResult
    func ingest(_ arguments: String...) throws -> CommandResult {
        try Coldtrail.run(["ingest"] + arguments, in: self, timeout: 120)
    }

    /// The answer of `count`.
    func count(_ query: String) throws -> Int {
        let result = try Coldtrail.run("count", query, in: self)
        guard result.status == 0, let count = Int(result.text.dropLast()) else {
            throw SetupFailure("count \(query): \(result.status) \(result.text) \(result.errorText)")
        }
        return count
    }

    /// The citations that a query finds, by line.
    func citations(_ query: String) throws -> [String] {
        let result = try Coldtrail.run("search", query, "--sort", "none", "--format", "ids", in: self)
        guard result.status == 0 else { throw SetupFailure("search \(query): \(result.status) \(result.errorText)") }
        return result.lines.sorted { $0.localizedStandardCompare($1) == .orderedAscending }
    }

    /// The rows of `exports`.
    func exports() throws -> [ExportRow] {
        let result = try Coldtrail.run("exports", "--format", "jsonl", in: self)
        guard result.status == 0 else { throw SetupFailure(result.errorText) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try result.lines.map { try decoder.decode(ExportRow.self, from: Data($0.utf8)) }
    }

    /// The one row of `exports`.
    func export() throws -> ExportRow {
        let rows = try exports()
        guard rows.count == 1 else { throw SetupFailure("\(rows.count) exports: \(rows.map(\.label))") }
        return rows[0]
    }

    func restored(_ label: String) throws -> Data {
        let result = try Coldtrail.run("restore", label, in: self)
        guard result.status == 0 else { throw SetupFailure(result.errorText) }
        return result.output
    }

    /// The exact bytes of a cited line, with the line feed that ends the output.
    func shown(_ citation: String) throws -> Data {
        let result = try Coldtrail.run("show", citation, "--format", "raw", in: self)
        guard result.status == 0 else { throw SetupFailure(result.errorText) }
        return result.output
    }

    func isVerified() throws -> Bool {
        try Coldtrail.run("verify", in: self).status == 0
    }

    /// Files in the archive that the catalog does not need: there should be none.
    func leftovers() throws -> [String] {
        let expected = try exports().reduce(0) { $0 + $1.partitions }
        let partitions = try names(in: Self.archive + "/partitions")
        let temporary = exists(Self.archive + "/tmp") ? try names(in: Self.archive + "/tmp") : []
        return temporary + (partitions.count == expected ? [] : partitions)
    }
}

/// A row of `exports --format jsonl`.
struct ExportRow: Decodable {
    var label: String
    var file: String
    var sha256: String
    var state: String
    var partial: Bool
    var events: Int
    var lines: Int
    var rejects: Int
    var blanks: Int
    var undated: Int
    var first: String?
    var last: String?
    var contentBytes: Int
    var partitions: Int
    var damage: String?
    var verifiedLines: Int

    /// Lines, events, rejects and blank lines.
    var counts: [Int] { [lines, events, rejects, blanks] }
}
