import Archive
import Crypto
import FoundationEssentials

/// A report's JSON against the same report made again.
public struct ReportComparison: Sendable {
    /// The command line without the program's name.
    public let arguments: [String]
    /// The resolved bounds, the day and the seed, so that nothing depends on the clock.
    public let from: String?
    public let to: String?
    public let asOf: String?
    public let seed: UInt64?
    private let value: JSONValue

    private static let format = "coldtrail-report"
    /// Differences that are listed.
    private static let listed = 200

    /// - Throws: `ArchiveError` if the text is not a report, or its results are not those whose digest it names.
    public init(text: [UInt8], path: String) throws(ArchiveError) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text)),
            value["format"]?.text == Self.format, let results = value["results"],
            case .list(let command)? = value["command"], let digest = value["results_sha256"]?.text
        else { throw ArchiveError(.damaged, "this is not a report's JSON", path: path) }
        guard case .number(let version)? = value["version"], version <= Double(Report.version) else {
            throw ArchiveError(.newerFormat, "the report was written by a newer coldtrail", path: path)
        }
        guard Self.resultsDigest(of: text) == digest else {
            throw ArchiveError(
                .damaged,
                "the report was changed since it was written: its results are not those whose digest it names",
                path: path)
        }
        self.value = results
        arguments = command.dropFirst().compactMap(\.text)
        let scope = results["scope"]
        from = scope?["from"]?.text
        to = scope?["to"]?.text
        asOf = scope?["as_of"]?.text
        seed = scope?["seed"]?.text.flatMap { UInt64($0) }
    }

    /// What moved: a path into the results, then the old and the new value; empty if nothing did.
    ///
    /// - Throws: `ArchiveError` if the new report cannot be compared.
    public func differences(to report: Report) throws(ArchiveError) -> [String] {
        guard let again = try? JSONDecoder().decode(JSONValue.self, from: Data(ReportJSON.results(report).utf8)) else {
            throw ArchiveError(.damaged, "the new report is not readable")
        }
        var found: [String] = []
        value.compare(to: again, at: "", into: &found, limit: Self.listed)
        return found
    }

    /// SHA-256 of the line with the results, as it stands in the file.
    private static func resultsDigest(of text: [UInt8]) -> String? {
        let mark = Array("\n  \"results\": ".utf8)
        for line in text.split(separator: 0x0A) where line.starts(with: mark.dropFirst()) {
            var value = line.dropFirst(mark.count - 1)
            if value.last == UInt8(ascii: ",") { value = value.dropLast() }
            return Hex.text(SHA256.hash(data: Array(value)))
        }
        return nil
    }
}

/// Any JSON value.
enum JSONValue: Decodable, Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }

    /// Appends `path: old → new` for every place where two values differ.
    func compare(to other: JSONValue, at path: String, into found: inout [String], limit: Int) {
        guard found.count < limit, self != other else { return }
        switch (self, other) {
        case (.object(let old), .object(let new)):
            for key in Set(old.keys).union(new.keys).sorted() {
                (old[key] ?? .null).compare(
                    to: new[key] ?? .null, at: path.isEmpty ? key : path + "." + key, into: &found, limit: limit)
            }
        case (.list(let old), .list(let new)):
            for index in 0..<max(old.count, new.count) {
                let before = index < old.count ? old[index] : nil
                let after = index < new.count ? new[index] : nil
                let place = before?.name ?? after?.name ?? "\(index)"
                (before ?? .null).compare(to: after ?? .null, at: "\(path)[\(place)]", into: &found, limit: limit)
            }
        case (.null, _), (.boolean, _), (.number, _), (.text, _), (.list, _), (.object, _):
            found.append("\(path): \(shown) → \(other.shown)")
        }
    }

    /// What a thing in a list is called.
    private var name: String? { self["id"]?.text ?? self["label"]?.text ?? self["name"]?.text }

    private var shown: String {
        switch self {
        case .null: "nothing"
        case .boolean(let flag): flag ? "yes" : "no"
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
        case .text(let text): text
        case .list(let items): "[\(items.map(\.shown).joined(separator: ", "))]"
        case .object(let members): "{\(members.keys.sorted().joined(separator: ", "))}"
        }
    }
}
