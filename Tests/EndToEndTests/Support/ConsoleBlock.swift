import Foundation

/// A command of a page's console block with the output that the page shows.
struct ConsoleCommand {
    var line: Int
    var command: String
    var expected: [String]
}

/// A ```` ```console ```` block: lines after `$ ` are commands, the others what they print.
struct ConsoleBlock {
    var commands: [ConsoleCommand] = []

    /// All console blocks of a Markdown page, in order.
    static func all(in page: String) -> [ConsoleBlock] {
        var blocks: [ConsoleBlock] = []
        var block: ConsoleBlock?
        for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line == "```console" {
                block = ConsoleBlock()
            } else if line == "```" {
                if let block { blocks.append(block) }
                block = nil
            } else if line.hasPrefix("$ ") {
                block?.commands.append(
                    ConsoleCommand(line: index + 1, command: String(line.dropFirst(2)), expected: []))
            } else if let last = block?.commands.indices.last {
                block?.commands[last].expected.append(String(line))
            }
        }
        return blocks
    }
}

/// Compares what a command printed with what a page shows.
///
/// `...` alone on a line stands for any number of lines, inside a line for any text. Spaces at a line's end do not count.
enum ShownOutput {
    static func matches(_ printed: [String], _ shown: [String]) -> Bool {
        matches(printed[...], shown[...])
    }

    private static func matches(_ printed: ArraySlice<String>, _ shown: ArraySlice<String>) -> Bool {
        guard let first = shown.first else { return printed.isEmpty }
        if first.trimmingCharacters(in: .whitespaces) == "..." {
            return (printed.startIndex...printed.endIndex).contains { matches(printed[$0...], shown.dropFirst()) }
        }
        guard let line = printed.first, lineMatches(line, first) else { return false }
        return matches(printed.dropFirst(), shown.dropFirst())
    }

    private static func lineMatches(_ printed: String, _ shown: String) -> Bool {
        let parts = trimmed(shown).components(separatedBy: "...")
        var rest = Substring(trimmed(printed))
        guard let head = parts.first, rest.hasPrefix(head) else { return false }
        if parts.count == 1 { return rest.count == head.count }
        rest = rest.dropFirst(head.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.range(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
