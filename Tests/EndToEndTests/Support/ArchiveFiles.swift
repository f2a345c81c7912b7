import Foundation

/// What lies in an archive's folder.
enum ArchiveFiles {
    /// Every regular file below a folder, by relative path; anything else by what it is.
    static func contents(_ folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: folder)
            ?? FileManager.DirectoryEnumerator()
        {
            let path = folder + "/" + name
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            switch type {
            case .typeRegular: found[name] = try Data(contentsOf: URL(filePath: path))
            case .typeDirectory: continue
            default: found[name] = Data("not a regular file".utf8)
            }
        }
        return found
    }

    /// The partition files alone.
    static func partitions(_ archive: String) throws -> [String: Data] {
        try contents(archive + "/partitions")
    }

    /// Runs SQL with the stock `sqlite3`, as somebody who edits an archive would.
    @discardableResult
    static func sql(_ database: String, _ statements: String) throws -> String {
        chmod(database, 0o600)
        let result = try tool("/usr/bin/env", ["sqlite3", "-batch", database, statements])
        guard result.status == 0 else { throw SetupFailure("sqlite3: \(result.errorText)") }
        return result.text.trimmingCharacters(in: .newlines)
    }

    /// Runs another program to its end.
    static func tool(_ program: String, _ arguments: [String]) throws -> CommandResult {
        let folder = try TemporaryFolder()
        return try RunningCommand(program, arguments, in: folder, input: Data(), environment: [:]).wait()
    }

    /// Copies a folder with its permissions.
    static func copy(_ from: String, to: String) throws {
        let result = try tool("/usr/bin/env", ["cp", "-a", from, to])
        guard result.status == 0 else { throw SetupFailure("cp: \(result.errorText)") }
    }
}

/// Events for tests that need more than a handful: the same for the same arguments.
enum ManyEvents {
    /// - Parameters:
    ///   - count: events, spread evenly over `days` days from 2026-01-01 in time order.
    ///   - marker: a word that stands in each of them.
    ///   - padding: bytes of filler in each, one long word that costs little to index.
    static func text(_ count: Int, days: Int = 3, marker: String = "common", padding: Int = 0) -> String {
        let filler = padding > 0 ? #","padding":""# + String(repeating: "x", count: padding) + "\"" : ""
        var text = ""
        var state = UInt64(count) &+ marker.utf8.reduce(7) { ($0 &* 31) &+ UInt64($1) }
        for number in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let seconds = number * days * 86_400 / count
            let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            let day = seconds / 86_400 + 1
            text += #"{"@timestamp":"2026-01-\#(day < 10 ? "0" : "")\#(day)T\#(clock.joined(separator: ":"))Z","#
            text += #""user.name":"u\#(state >> 33 % 40)","source.ip":"10.0.\#(state >> 40 & 255).\#(number & 255)","#
            text += #""n":\#(number),"message":"\#(marker) \#(String(state, radix: 16))"\#(filler)}"# + "\n"
        }
        return text
    }

    /// Text as gzip; cut after `kept` bytes to make a truncated download.
    static func gzip(_ text: String, kept: Int? = nil) throws -> Data {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "plain")
        let result = try ArchiveFiles.tool("/usr/bin/env", ["gzip", "-nc", path])
        guard result.status == 0 else { throw SetupFailure("gzip: \(result.errorText)") }
        return kept.map { Data(result.output.prefix($0)) } ?? result.output
    }
}
