import Foundation

/// A handful of lines with a bit of everything: events of two days, a blank line, two rejects, an undated event.
enum SmallExport {
    static let lines = [
        #"{"@timestamp":"2026-01-01T10:00:00Z","user.name":"alice","source.ip":"10.0.0.1","n":1,"message":"hello mimikatz world"}"#,
        #"{"@timestamp":"2026-01-02T11:00:00Z","user.name":"bob","source.ip":"10.0.0.2","n":-2.50,"tags":["x","y"],"message":"=cmd|x"}"#,
        "",
        "not json at all",
        "[1,2]",
        #"{"@timestamp":"2026-01-02T12:00:00Z","user.name":"carol","nested":{"a":{"b":true}},"message":"esc \u001b[31m"}"#,
        #"{"user.name":"dave"}"#,
    ]

    static var text: String { lines.map { $0 + "\n" }.joined() }

    /// A folder in which the export `a` is in `./archive.coldtrail`.
    static func archived() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "a.jsonl")
        let result = try Coldtrail.run("ingest", "a.jsonl", in: folder)
        guard result.status == 1 else { throw SetupFailure(result.errorText) }
        return folder
    }
}

/// A test's precondition does not hold.
struct SetupFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
