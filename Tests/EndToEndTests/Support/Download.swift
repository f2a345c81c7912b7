import ExportGenerator

/// A download of two gzip members, of which tests keep or alter parts.
struct Download {
    /// Lines in the first member; `lines - firstLines` in the second.
    static let firstLines = 100
    static let lines = 300

    let firstContent: [UInt8]
    let content: [UInt8]
    /// The first member.
    let first: [UInt8]
    /// Both.
    let whole: [UInt8]

    /// - Parameter seed: another one gives other events with the same `n`.
    init(seed: UInt64 = 1) {
        var state = seed
        var lines: [[UInt8]] = []
        for number in 0..<Self.lines {
            var noise: [String] = []
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                noise.append(String(state >> 16, radix: 16))
            }
            let day = number / 100 + 1
            lines.append(
                Array(
                    #"{"@timestamp":"2026-01-0\#(day)T10:00:00Z","n":\#(number),"half":"\#(number % 2)","noise":"\#(noise.joined(separator: " "))"}"#
                        .utf8) + [10])
        }
        firstContent = Array(lines.prefix(Self.firstLines).joined())
        content = Array(lines.joined())
        first = GzipEncoder.compress(firstContent)
        whole = first + GzipEncoder.compress(Array(content.dropFirst(firstContent.count)))
    }

    /// Cut in the middle of the second member.
    var cut: [UInt8] { cut(at: (first.count + whole.count) / 2) }

    /// The first so many bytes.
    func cut(at length: Int) -> [UInt8] { Array(whole.prefix(length)) }
}
