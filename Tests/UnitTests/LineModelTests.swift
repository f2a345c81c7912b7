import Testing

@testable import Archive
@testable import Ingest

/// Lines that are written by a model come back to the byte, and what is not such a block is refused.
@Suite struct LineModelTests {
    @Test(arguments: 0..<40) func linesComeBack(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let kinds = (0..<Int.random(in: 1...6, using: &random)).map { Kind($0, &random) }
        let lines = (0..<Int.random(in: 1...300, using: &random)).map { number in
            kinds[Int.random(in: 0..<kinds.count, using: &random)].line(number, &random)
        }
        // A model knows what it has seen: everything, a part, or nothing at all.
        let seen = lines.prefix([0, lines.count / 3, lines.count][seed % 3])
        let (content, model) = encoded(lines, seen: seen)
        let rebuilt = try rebuild(content, by: model, count: lines.reduce(0) { $0 + $1.utf8.count + 1 })
        #expect(String(decoding: rebuilt, as: UTF8.self) == lines.map { $0 + "\n" }.joined())
    }

    @Test(arguments: [
        "{}", " {\t} ", #"{"a":{}}"#, #"{"a":[]}"#, #"{"a":[[],[1,[2,{"b":["x",{"c":null}]}]]]}"#,
        "\u{FEFF}{\"a\":\"x,y\"}\r",
        #"{"a" : "b" , "c\"d" : [ "e:f" , "{" ] , "g":-1.5e+7}"#, #"{"a":"","a":"","":""}"#,
        String(repeating: #"{"a":["#, count: 900) + "1" + String(repeating: "]}", count: 900),
    ])
    func oddLinesComeBack(_ line: String) throws {
        for lines in [[line], [line, line, line, line], [line, "{}", line]] {
            for seen in [[], lines] {
                let (content, model) = encoded(lines, seen: seen[...])
                let rebuilt = try rebuild(content, by: model, count: lines.reduce(0) { $0 + $1.utf8.count + 1 })
                #expect(rebuilt == Array(lines.map { $0 + "\n" }.joined().utf8))
            }
        }
    }

    @Test("a list in a list in a list costs its length")
    func nestingIsLinear() throws {
        let depth = 9_000
        let line = #"{"a":"# + String(repeating: "[", count: depth) + "{}" + String(repeating: "]", count: depth) + "}"
        let lines = Array(repeating: line, count: 200)
        let (content, model) = encoded(lines, seen: lines.prefix(3))
        #expect(content.count < 2_000)
        #expect(
            try rebuild(content, by: model, count: 200 * (line.utf8.count + 1)).count == 200 * (line.utf8.count + 1))
    }

    /// Whatever somebody writes into a file: lines of the stated size, or an error.
    @Test(arguments: 0..<30) func damagedBlocksAreRefused(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed) &+ 1_000)
        let kind = Kind(1, &random)
        let lines = (0..<60).map { kind.line($0, &random) }
        let count = lines.reduce(0) { $0 + $1.utf8.count + 1 }
        let (content, index) = encoded(lines, seen: lines[...])
        var refused = 0
        for _ in 0..<400 {
            var block = content
            var modelContent = index.content
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let byte = [0, 1, 127, 128, 255, UInt8.random(in: 0...255, using: &random)].randomElement(
                    using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: block.removeLast(Int.random(in: 0..<block.count, using: &random))
                case 1: modelContent[Int.random(in: 0..<modelContent.count, using: &random)] = byte ?? 0
                default: if !block.isEmpty { block[Int.random(in: 0..<block.count, using: &random)] = byte ?? 0 }
                }
                if block.isEmpty { block = [0] }
            }
            do {
                let rebuilt = try rebuild(block, by: modelContent, count: count)
                #expect(rebuilt.count == count)
            } catch is ArchiveError {
                refused += 1
            }
        }
        #expect(refused > 100)
    }

    @Test(arguments: [
        [] as [UInt8], [0x81], [1], [1, 5, 0x61], [1, 1, 0x61, 1], [0, 0], [0x82, 0x80, 0x01],
        [1, 1, 0x61, 0x81, 0x7E] + Array(repeating: 0, count: 254),
    ])
    func whatIsNoModelIsRefused(_ content: [UInt8]) {
        #expect(throws: ArchiveError.self) { _ = try LineModel(content) }
    }

    // MARK: support

    private func encoded(_ lines: [String], seen: ArraySlice<String>) -> (content: [UInt8], model: LineModelIndex) {
        var builder = LineModelBuilder()
        let (sample, lengths) = memory(Array(seen))
        defer { sample.deallocate() }
        var at = 0
        for length in lengths {
            builder.add(UnsafePointer(sample + at), length)
            at += length + 1
        }
        let model = LineModelIndex(builder.model())
        var encoder = LineModelEncoder()
        defer { encoder.free() }
        let (all, allLengths) = memory(lines)
        defer { all.deallocate() }
        encoder.encode(UnsafePointer(all), lengths: allLengths, by: model)
        return (Array(UnsafeBufferPointer(start: encoder.content.base, count: encoder.content.count)), model)
    }

    /// The lines as they lie before a worker: each with its line feed, and readable bytes behind.
    private func memory(_ lines: [String]) -> (UnsafeMutablePointer<UInt8>, [Int]) {
        let bytes = lines.flatMap { Array($0.utf8) + [0x0A] } + [UInt8](repeating: 0, count: 64)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        bytes.withUnsafeBufferPointer { if let base = $0.baseAddress { memory.update(from: base, count: bytes.count) } }
        return (memory, lines.map(\.utf8.count))
    }

    private func rebuild(_ content: [UInt8], by model: LineModelIndex, count: Int) throws -> [UInt8] {
        try rebuild(content, by: model.content, count: count)
    }

    private func rebuild(_ content: [UInt8], by model: [UInt8], count: Int) throws -> [UInt8] {
        let model = try LineModel(model)
        var rebuilder = LineRebuilder()
        var room = [UInt8](repeating: 0, count: count + LineRebuilder.step)
        let readable = content + [UInt8](repeating: 0, count: LineRebuilder.step)
        try readable.withUnsafeBytes { bytes in
            try room.withUnsafeMutableBytes {
                try rebuilder.rebuild(
                    UnsafeRawBufferPointer(rebasing: bytes[..<content.count]), by: model, count: count, into: $0)
            }
        }
        return Array(room[..<count])
    }

    /// A kind of events: fields in an order, each there at times, flat or in objects.
    private struct Kind {
        private var fields: [(name: String, share: Double, values: [String])] = []

        init(_ number: Int, _ random: inout SeededGenerator) {
            for field in 0..<Int.random(in: 1...30, using: &random) {
                let values = (0..<Int.random(in: 1...8, using: &random)).map { _ in Self.value(&random) }
                fields.append(("k\(number).f\(field)", Double.random(in: 0.1...1.2, using: &random), values))
            }
        }

        func line(_ number: Int, _ random: inout SeededGenerator) -> String {
            let members = fields.compactMap { field -> String? in
                guard Double.random(in: 0..<1, using: &random) < field.share else { return nil }
                let value =
                    Int.random(in: 0..<9, using: &random) == 0
                    ? "\"t \(number)\"" : field.values.randomElement(using: &random)
                let space = Int.random(in: 0..<40, using: &random) == 0 ? " " : ""
                return "\"\(field.name)\":\(space)\(value ?? "1")"
            }
            return "{" + members.joined(separator: ",") + "}"
        }

        private static func value(_ random: inout SeededGenerator) -> String {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: "null"
            case 1: "true"
            case 2: "[]"
            case 3: #"["a","b\"]","# + "\(Int.random(in: 0..<9, using: &random))]"
            case 4: #"[{"x":1},{"x":[2,"}"]}]"#
            case 5: #"{"deep":{"er":"é\u00e9\\"},"l":[]}"#
            case 6: "-\(Int.random(in: 0..<100_000, using: &random)).5"
            default: "\"" + String(repeating: "w:,", count: Int.random(in: 0..<40, using: &random)) + "\""
            }
        }
    }
}
