import Archive
import Compare
import Events
import Foundation
import Ingest
import QueryLanguage
import Testing

/// Comparisons of whole archives against multisets of brute-force identities.
@Suite struct CompareAgreementTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func findsWhatIsOnOneSideOnly(seed: UInt64) throws {
        let pair = ExportPair(seed: seed, events: 300)
        try withExports(pair) { a, b in
            var everything = request()
            everything.key = .none
            everything.countsOneSidedFields = true
            try check(pair, a, b, everything, kept: nil, leftOut: [])

            var some = everything
            some.fields = FieldChoice(kept: ["user", "source.ip", "tags"])
            try check(pair, a, b, some, kept: ["user", "source.ip", "tags"], leftOut: [])

            var without = everything
            without.fields = FieldChoice(leftOut: ["message", "source"])
            try check(pair, a, b, without, kept: nil, leftOut: ["message", "source"])

            var verified = everything
            verified.verifies = true
            let result = try check(pair, a, b, verified, kept: nil, leftOut: [])
            #expect(result.collisions == 0)
        }
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func pairsEventsOfEqualKey(seed: UInt64) throws {
        let pair = ExportPair(seed: seed, events: 200)
        try withExports(pair) { a, b in
            var keyed = request()
            keyed.key = .fields(["event.id"])
            let comparison = try ExportComparison(a, b, keyed)
            let result = try comparison.run()
            var changed: Set<String> = []
            try comparison.forEachDifference { difference in
                guard case .changed(let old, let new, let probably) = difference, !probably else { return }
                let changes = try comparison.lines().changes(old, new)
                changed.insert("\(old.line)-\(new.line)")
                #expect(!changes.isEmpty)
                #expect(!changes.contains { $0.field == "event.id" })
            }
            #expect(changed == pair.changedLines)
            #expect(result.changed == UInt64(pair.changedLines.count))
            // The ids are unique, so the key is found by itself too.
            let automatic = try ExportComparison(a, b, request()).run()
            #expect(automatic.key == (pair.idsAreUnique ? ["event.id"] : []))
        }
    }

    @Test func anOrderIsNoDifference() throws {
        var pair = ExportPair(seed: 5, events: 100)
        pair.b = pair.a.reversed()
        try withExports(pair) { a, b in
            let result = try ExportComparison(a, b, request()).run()
            #expect(result.isSame)
        }
    }

    @Test func emptySidesHaveNothing() throws {
        var pair = ExportPair(seed: 5, events: 50)
        pair.b = []
        try withExports(pair) { a, b in
            let gone = try ExportComparison(a, b, request()).run()
            #expect([gone.removed, gone.added, gone.same] == [UInt64(pair.a.count), 0, 0])
            let new = try ExportComparison(b, a, request()).run()
            #expect([new.added, new.removed] == [UInt64(pair.a.count), 0])
            let neither = try ExportComparison(b, b, request()).run()
            #expect(neither.isSame)
        }
    }

    @Test func aFilterNarrowsBothSides() throws {
        let pair = ExportPair(seed: 9, events: 200)
        try withExports(pair) { a, b in
            var filtered = CompareRequest(
                query: try QueryParser.parse("user.name:alice"), isEveryEvent: false, jobs: 2, temporaryFolder: "/tmp")
            filtered.key = .none
            filtered.countsOneSidedFields = true
            let result = try ExportComparison(a, b, filtered).run()
            let brute = BruteDifference(
                pair.parsedA.filter { $0.isAlice }.map { ($0.line, BruteIdentity.of($0.json)) },
                pair.parsedB.filter { $0.isAlice }.map { ($0.line, BruteIdentity.of($0.json)) })
            #expect(result.same == UInt64(brute.same))
            #expect(result.added == UInt64(brute.added.count))
            #expect(result.removed == UInt64(brute.removed.count))
        }
    }

    @Test func copiesAreFoundAcrossExports() throws {
        let pair = ExportPair(seed: 31, events: 200)
        try withExports(pair) { a, b in
            let archive = a.archive
            let copies = Copies(archive: archive, partitions: archive.partitions, events: nil)
            let all = pair.parsedA.map { BruteIdentity.of($0.json) } + pair.parsedB.map { BruteIdentity.of($0.json) }
            let first = try copies.firstOnes()
            #expect(first.count == UInt64(Set(all).count))
            var found: UInt64 = 0
            try copies.forEachCopy { copy in
                found += 1
                let isEarlier =
                    copy.first.partition.exportID < copy.copy.partition.exportID
                    || (copy.first.partition.exportID == copy.copy.partition.exportID
                        && copy.first.line < copy.copy.line)
                #expect(isEarlier)
            }
            #expect(found == UInt64(all.count - Set(all).count))
        }
    }

    // MARK: helpers

    private func request() -> CompareRequest {
        CompareRequest(query: .everything, isEveryEvent: true, jobs: 2, temporaryFolder: NSTemporaryDirectory())
    }

    @discardableResult
    private func check(
        _ pair: ExportPair, _ a: ComparedExport, _ b: ComparedExport, _ request: CompareRequest, kept: [String]?,
        leftOut: [String]
    ) throws -> ExportDifferences {
        let brute = BruteDifference(
            pair.parsedA.map { ($0.line, BruteIdentity.of($0.json, kept: kept, leftOut: leftOut)) },
            pair.parsedB.map { ($0.line, BruteIdentity.of($0.json, kept: kept, leftOut: leftOut)) })
        let comparison = try ExportComparison(a, b, request)
        let result = try comparison.run()
        var added: [UInt64] = []
        var removed: [UInt64] = []
        try comparison.forEachDifference { difference in
            switch difference {
            case .added(let event): added.append(event.line)
            case .removed(let event): removed.append(event.line)
            case .changed: Issue.record("nothing was to be paired")
            }
        }
        #expect(added == brute.added, "added, kept \(kept ?? []), left out \(leftOut)")
        #expect(removed == brute.removed, "removed, kept \(kept ?? []), left out \(leftOut)")
        #expect(result.same == UInt64(brute.same))
        #expect(result.duplicatesA == UInt64(brute.duplicatesA))
        #expect(result.duplicatesB == UInt64(brute.duplicatesB))
        return result
    }

    private func withExports(
        _ pair: ExportPair, _ body: (ComparedExport, ComparedExport) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = [("a.jsonl", pair.a), ("b.jsonl", pair.b)].map { name, lines -> String in
            let file = folder.appending(path: name)
            try? Data(lines.joined(separator: "\n").utf8).write(to: file)
            return file.path
        }
        let path = folder.appending(path: "archive").path
        try Ingester.run(
            files.map { .file($0) }, archive: path, options: IngestOptions(jobs: 2, now: 0, toolVersion: "test")
        ) { _, outcome in
            if case .failed(let message) = outcome { Issue.record("\(message)") }
        }
        let archive = try Archive(path: path)
        try #require(archive.exports.map(\.label) == ["a", "b"])
        try body(
            ComparedExport(archive: archive, export: archive.exports[0]),
            ComparedExport(archive: archive, export: archive.exports[1]))
    }
}

/// Which lines are left over when equal ones are taken away in pairs, the first ones first.
struct BruteDifference {
    var same = 0
    var added: [UInt64] = []
    var removed: [UInt64] = []
    var duplicatesA: Int
    var duplicatesB: Int

    init(_ a: [(line: UInt64, identity: String)], _ b: [(line: UInt64, identity: String)]) {
        duplicatesA = a.count - Set(a.map(\.identity)).count
        duplicatesB = b.count - Set(b.map(\.identity)).count
        var free: [String: Int] = [:]
        for event in a { free[event.identity, default: 0] += 1 }
        for event in b {
            if free[event.identity, default: 0] > 0 {
                free[event.identity, default: 0] -= 1
                same += 1
            } else {
                added.append(event.line)
            }
        }
        free = [:]
        for event in b { free[event.identity, default: 0] += 1 }
        for event in a {
            if free[event.identity, default: 0] > 0 {
                free[event.identity, default: 0] -= 1
            } else {
                removed.append(event.line)
            }
        }
    }
}

/// Two exports with known differences: some events of A are gone, new, changed, doubled, all are spelled anew and in
/// another order.
struct ExportPair {
    struct Parsed {
        var line: UInt64
        var json: BruteJSON
        var isAlice: Bool
    }

    private typealias Event = [(name: String, json: BruteJSON)]

    var a: [String] = []
    var b: [String] = []
    /// "lineOfA-lineOfB" of events whose fields changed while their id stayed.
    private(set) var changedLines: Set<String> = []
    private(set) var idsAreUnique = true

    init(seed: UInt64, events: Int) {
        var random = SeededRandom(seed: seed)
        var spelling = Respelling(random: SeededRandom(seed: seed &+ 1000))
        var left: [(id: Int, event: Event)] = []
        var right: [(id: Int, event: Event)] = []
        var changed: Set<Int> = []
        // Every other pair repeats events on one side.
        let repeats = seed % 2 == 0
        for id in 0..<events {
            let event = Self.event(id, &random)
            let fate = random.int(0...99)
            if fate < 90 || fate >= 96 { left.append((id, event)) }
            switch fate {
            case ..<70: right.append((id, event))
            case 70..<80:
                var other = event
                other[2] = ("message", .string(Array("changed \(id)".unicodeScalars)))
                right.append((id, other))
                changed.insert(id)
            case 80..<90: break
            case 90..<96: right.append((id, event))
            default:
                right.append((id, event))
                if repeats {
                    right.append((id, event))
                    left.append((id, event))
                    if random.chance(50) { right.append((id, event)) }
                    idsAreUnique = false
                }
            }
        }
        // Lines out of order, and over several days.
        right.shuffle(using: &random)
        for entry in left { a.append(spelling.line(entry.event)) }
        for entry in right { b.append(spelling.line(entry.event)) }
        for id in changed {
            if let x = left.firstIndex(where: { $0.id == id }), let y = right.firstIndex(where: { $0.id == id }) {
                changedLines.insert("\(x + 1)-\(y + 1)")
            }
        }
    }

    var parsedA: [Parsed] { Self.parsed(a) }
    var parsedB: [Parsed] { Self.parsed(b) }

    private static func parsed(_ lines: [String]) -> [Parsed] {
        lines.enumerated().compactMap { number, line in
            guard let json = BruteJSONParser.parse(Array(line.unicodeScalars)) else { return nil }
            let identity = BruteIdentity.of(json, kept: ["user.name"])
            let alice = BruteIdentity.of(
                .object([(Array("user.name".unicodeScalars), .string(Array("alice".unicodeScalars)))]),
                kept: ["user.name"])
            return Parsed(line: UInt64(number + 1), json: json, isAlice: identity == alice)
        }
    }

    private static func event(_ id: Int, _ random: inout SeededRandom) -> Event {
        let day = 1 + random.int(0...4)
        let second = id % 60
        var event: Event = [
            (
                "@timestamp",
                text(
                    "2026-01-0\(day)T10:\(id / 60 % 60 < 10 ? "0" : "")\(id / 60 % 60):\(second < 10 ? "0" : "")\(second)Z"
                )
            ),
            ("event.id", text("id-\(id)")),
            ("message", text(random.pick(["login", "logout \"x\"", "ÿ\u{1F600} \\", "line\nfeed", ""]))),
            ("user.name", text(random.pick(["alice", "bob", "carol"]))),
        ]
        if random.chance(60) { event.append(("source.ip", text("10.0.0.\(random.int(0...9))"))) }
        if random.chance(50) { event.append(("source.bytes", .number("\(random.int(0...3) * 100)"))) }
        if random.chance(30) {
            event.append(("tags", random.pick([.list([]), .list([text("x"), .number("1")]), .null])))
        }
        if random.chance(20) { event.append(("user.roles", .list([text("admin"), .null, .list([.boolean(true)])]))) }
        if random.chance(10) { event.append(("a\"b", .boolean(false))) }
        return event
    }

    private static func text(_ text: String) -> BruteJSON { .string(Array(text.unicodeScalars)) }
}
