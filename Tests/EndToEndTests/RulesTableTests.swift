import Foundation
import Testing

/// The table of rules in docs/query-language.md: complete, and every test it names is there.
@Suite struct RulesTableTests {
    private static let rules = Array(1...34) + Array(40...53)

    @Test func everyRuleNamesATestThatExists() throws {
        let page = try String(contentsOfFile: Project.path("docs/query-language.md"), encoding: .utf8)
        var named: [Int] = []
        for line in page.split(separator: "\n") where line.hasPrefix("| R") {
            let cells = line.replacingOccurrences(of: "\\|", with: "").split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            let number = try #require(Int(cells[0].dropFirst()), "\(line)")
            named.append(number)
            let test = try #require(cells.last).trimmingCharacters(in: ["`"]).split(separator: ".").map(String.init)
            try #require(test.count == 2, "\(line)")
            let source = try #require(try Self.source(of: test[0]), "no file \(test[0]).swift")
            #expect(
                source.contains("func \(test[1])(") || source.contains("static let \(test[1])"),
                "R\(number): \(test[0]) has no \(test[1])")
            // Examples of a rule carry its number.
            if test[0] == "MatcherRulesTests" {
                #expect(source.contains("\"R\(number)\""), "R\(number) has no example")
            }
        }
        #expect(named == Self.rules)
    }

    /// The table of SOL: every rule, and an example of each, and of each stage and function, under its name.
    @Test func everyRuleAndFunctionOfSOLHasExamples() throws {
        let page = try String(contentsOfFile: Project.path("docs/sol.md"), encoding: .utf8)
        var rules: [String] = []
        for line in page.split(separator: "\n") where line.hasPrefix("| S") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            rules.append(cells[0])
            #expect(cells.last == "`SOLRulesTests.everyRule`", "\(line)")
        }
        #expect(rules == (1...11).map { "S\($0)" } + ["S20", "S20a"] + (21...33).map { "S\($0)" })
        let list = try #require(page.components(separatedBy: "examples of the same test:").last)
        let names = list.split(separator: "`").map(String.init).filter {
            $0.first?.isLetter == true && !$0.contains("\n")
        }
        #expect(names.count > 40)
        let source = try #require(try Self.source(of: "SOLRulesTests"))
        for name in rules + names { #expect(source.contains("\"\(name)\","), "\(name) has no example") }
    }

    private static func source(of name: String) throws -> String? {
        for folder in ["UnitTests", "PropertyTests", "EndToEndTests"] {
            let path = Project.path("Tests/\(folder)/\(name).swift")
            if FileManager.default.fileExists(atPath: path) { return try String(contentsOfFile: path, encoding: .utf8) }
        }
        return nil
    }
}
