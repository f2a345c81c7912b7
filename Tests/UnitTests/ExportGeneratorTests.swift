import ExportGenerator
import Foundation
import Testing

@Suite("Export generator")
struct ExportGeneratorTests {
    private func parse(_ line: [UInt8]) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    private func text(_ line: [UInt8]) -> String {
        String(decoding: line, as: UTF8.self)
    }

    @Test("There are at least 36 event shapes, each with its own name")
    func shapes() {
        #expect(EventShape.all.count >= 36)
        #expect(Set(EventShape.all.map(\.name)).count == EventShape.all.count)
    }

    @Test("The same options give the same lines, another seed gives others")
    func determinism() {
        let lines = ExportGenerator(seed: 7).lines(3000)
        #expect(lines == ExportGenerator(seed: 7).lines(3000))
        #expect(lines != ExportGenerator(seed: 8).lines(3000))
        #expect(ExportGenerator(seed: 7).content(3000) == Array(lines.joined(separator: [0x0A])) + [0x0A])
    }

    /// Guards against a change that would silently give every user another SampleData.
    @Test("The content of an export is the same on every platform and for ever")
    func golden() {
        // FNV-1a, 64 bits.
        let digest = ExportGenerator(seed: 1).content(5000).reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        #expect(digest == 10_003_299_533_107_514_316)
    }

    @Test(
        "Every line is one JSON object of UTF-8 that begins with its @timestamp",
        arguments: GeneratorOptions.Layout.allCases)
    func validLines(layout: GeneratorOptions.Layout) throws {
        var options = GeneratorOptions(seed: 3)
        options.layout = layout
        options.explosionFields = 50
        options.tellsStory = true
        options.rerunSeed = 5
        let lines = ExportGenerator(options).lines(6000)
        #expect(abs(lines.count - 6000) < 60)
        for line in lines {
            #expect(
                line.starts(with: Array("{\"@timestamp\":\"2026-01-".utf8))
                    || line.starts(with: Array("{\"@timestamp\":\"2025-12-31".utf8)))
            #expect(String(validating: line, as: UTF8.self) != nil)
            let event = try parse(line)
            let message = try #require(event["message"] as? String)
            // Records that are JSON themselves must have come through two levels of quoting.
            if message.hasPrefix("{") { _ = try JSONSerialization.jsonObject(with: Data(message.utf8)) }
            #expect(!message.contains("${") && !message.contains("⏎"))
        }
    }

    @Test("Text is as awkward as in real exports")
    func awkwardText() {
        let content = String(decoding: ExportGenerator(seed: 1).content(8000), as: UTF8.self)
        for piece in [
            #"C:\\Windows\\System32\\"#, #"C:\\\\Windows"#, "é", "İ", "Иванов", "ü", #"\""#, #"\n"#, #"\t"#,
            "2001:db8:", "fe80::", "::ffff:",
        ] {
            #expect(content.contains(piece), "\(piece)")
        }
    }

    @Test(
        "Nested and flat exports hold the same values under the same paths",
        arguments: [(GeneratorOptions.Layout.flat, GeneratorOptions.Layout.nested), (.wideFlat, .wideNested)])
    func nestedEqualsFlat(flatLayout: GeneratorOptions.Layout, nestedLayout: GeneratorOptions.Layout) throws {
        var options = GeneratorOptions(seed: 9)
        options.layout = flatLayout
        let flat = ExportGenerator(options).lines(400)
        options.layout = nestedLayout
        let nested = ExportGenerator(options).lines(400)
        for (one, other) in zip(flat, nested) {
            // Objects with a key twice would parse to fewer values.
            #expect(one.filter { $0 == UInt8(ascii: ",") }.count == other.filter { $0 == UInt8(ascii: ",") }.count)
            let paths = { (line: [UInt8]) in Set(leaves(of: try parse(line), under: "")) }
            #expect(try paths(one) == paths(other))
        }
        #expect(text(nested[0]).contains("\"event\":{"))
    }

    private func leaves(of value: Any, under path: String) -> [String] {
        guard let object = value as? [String: Any] else {
            let text = try? JSONSerialization.data(withJSONObject: [value], options: .sortedKeys)
            return ["\(path)=\(String(decoding: text ?? Data(), as: UTF8.self))"]
        }
        return object.flatMap { leaves(of: $0.value, under: path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }

    @Test("Timestamps rise except for late arrivals, and stay in the span")
    func time() {
        var options = GeneratorOptions(seed: 2, days: 3)
        options.latePerMillion = 0
        let stamps = { ExportGenerator($0).lines(5000).map { String(decoding: $0[15..<39], as: UTF8.self) } }
        let rising = stamps(options)
        #expect(rising == rising.sorted())
        #expect(rising[0] >= "2026-01-01T00:00:00.000Z" && rising[4999] < "2026-01-04T00:00:00.000Z")
        options.latePerMillion = 50_000
        let late = stamps(options)
        let backwards = zip(late, late.dropFirst()).filter { $0 > $1 }.count
        #expect((150...350).contains(backwards))
    }

    @Test("Shuffled time goes over all years")
    func shuffledTime() {
        var options = GeneratorOptions(seed: 2, start: 0, days: 47_000)
        options.shufflesTime = true
        let years = Set(ExportGenerator(options).lines(3000).map { String(decoding: $0[15..<19], as: UTF8.self) })
        #expect(years.count > 120 && years.min() == "1970" && (years.max() ?? "") >= "2097")
    }

    @Test("A needle stands at its line, escaped")
    func needles() throws {
        var options = GeneratorOptions(seed: 4)
        options.needles = [
            .init(line: 1, field: "a.b", text: "first"), .init(line: 77, field: "message", text: "x \"y\" \\ é\n"),
        ]
        options.needles.append(.init(line: 77, field: "other", text: "z"))
        let lines = ExportGenerator(options).lines(100)
        #expect(lines.count == 100)
        #expect(try parse(lines[0])["a.b"] as? String == "first")
        #expect(try parse(lines[76])["message"] as? String == "x \"y\" \\ é\n")
        #expect(try parse(lines[76])["other"] as? String == "z")
    }

    @Test("A field explosion places every name")
    func fieldsExplosion() throws {
        var options = GeneratorOptions(seed: 4)
        options.explosionFields = 20_000
        var names: Set<String> = []
        for line in ExportGenerator(options).lines(500) {
            try names.formUnion(parse(line).keys.filter { $0.hasPrefix("custom.") })
        }
        #expect(names.count == 20_000)
    }

    @Test(
        "Wide events have 2 to 3 KB and some hundred fields a type",
        arguments: [GeneratorOptions.Layout.wide, .wideFlat, .wideNested])
    func wide(layout: GeneratorOptions.Layout) throws {
        var options = GeneratorOptions(seed: 4)
        options.layout = layout
        let lines = ExportGenerator(options).lines(3000)
        let mean = lines.reduce(0) { $0 + $1.count } / lines.count
        // Dotted names repeat what objects say once.
        #expect((2000...(layout == .wideFlat ? 3500 : 3000)).contains(mean))
        var paths: [String: Set<String>] = [:]
        for line in lines {
            let event = try parse(line)
            switch layout {
            case .flat, .nested, .wide: break
            case .wideFlat: #expect(!event.values.contains { $0 is [String: Any] })
            case .wideNested: #expect(!event.keys.contains { $0.contains(".") })
            }
            let kind = try #require(
                event["event.dataset"] as? String ?? (event["event"] as? [String: Any])?["dataset"] as? String)
            paths[kind, default: []].formUnion(
                leaves(of: event, under: "").compactMap { $0.split(separator: "=").first.map(String.init) })
        }
        #expect(paths.count == 16)
        for (kind, names) in paths { #expect((300...400).contains(names.count), "\(kind)") }
    }

    /// Guards the benchmark's wide data, whose figures are published.
    @Test("The mixed wide events are the same for ever")
    func wideGolden() {
        var options = GeneratorOptions(seed: 1)
        options.layout = .wide
        let digest = ExportGenerator(options).content(2000).reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        #expect(digest == 17_826_190_083_236_197_397)
    }

    @Test("A rerun keeps nearly all lines, adds and changes a few, and has another order")
    func rerun() {
        var options = GeneratorOptions(seed: 11, days: 5)
        options.tellsStory = true
        let first = ExportGenerator(options).lines(6000)
        options.rerunSeed = 12
        let second = ExportGenerator(options).lines(6000)
        #expect(second == ExportGenerator(options).lines(6000))
        let firstSet = Set(first)
        let secondSet = Set(second)
        let gone = firstSet.subtracting(secondSet).count
        let new = secondSet.subtracting(firstSet).count
        #expect((5...60).contains(gone))
        #expect((20...120).contains(new))
        #expect(first.filter(secondSet.contains) != second.filter(firstSet.contains), "the order is the same")
        let story = { (lines: [[UInt8]]) in lines.filter { text($0).contains("rclone.exe") }.count }
        #expect(story(first) == 0 && story(second) == 1)
    }

    @Test("The story tells what the README searches for")
    func story() {
        var options = GeneratorOptions(seed: 11, start: 1_768_176_000_000, days: 5)
        options.tellsStory = true
        let lines = ExportGenerator(options).lines(6000).map(text)
        #expect(lines.count == 6000)
        #expect(lines.filter { $0.contains("\"destination.ip\":\"203.0.113.66\"") }.count == 9)
        #expect(lines.filter { $0.localizedCaseInsensitiveContains("mimikatz") }.count == 1)
        #expect(lines.filter { $0.contains("Facture_Janvier_2026.docm") }.count >= 3)
        #expect(lines.filter { $0.contains("svc-backup-7") && $0.contains("fs-par-0009") }.count >= 4)
    }

    @Test("UTC moments are parsed strictly")
    func moments() {
        #expect(UTCMoment.parse("1970-01-01")?.milliseconds == 0)
        #expect(UTCMoment.parse("2024-02-29T23:59:59Z")?.milliseconds == 1_709_251_199_000)
        #expect(UTCMoment.parse("2024-02-29T23:59:59")?.milliseconds == 1_709_251_199_000)
        #expect(UTCMoment.parse("1969-12-31T23:59:59Z")?.milliseconds == -1000)
        for text in [
            "", "2026", "2026-02-29", "2026-13-01", "2026-01-01T24:00:00Z", "2026-01-01T00:00", "2026-1-1",
            "0000-01-01", "2026-01-01 00:00:00", "２026-01-01",
        ] {
            #expect(UTCMoment.parse(text) == nil, "\(text)")
        }
    }
}
