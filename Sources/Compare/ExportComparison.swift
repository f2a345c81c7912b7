import Archive
import Events
import Ingest
import Search

/// Compares two exports event by event.
///
///     let comparison = try ExportComparison(a, b, request)
///     let result = try comparison.run()
///     try comparison.forEachDifference { … }
///
/// Equal are events with the same fields and values, whatever their spelling and order; exports are compared as
/// multisets. Memory stays within 512 MB for any size: identities are taken in slices, differences are bits.
public final class ExportComparison {
    public let a: ComparedExport
    public let b: ComparedExport
    let request: CompareRequest
    private let projection = Projection()
    let sideA: Side
    let sideB: Side
    /// Left over and not paired.
    private(set) var onlyA: [Bitmap] = []
    private(set) var onlyB: [Bitmap] = []
    private(set) var pairs: [EventPair] = []
    /// The fields that count in the end.
    private(set) var choice: FieldChoice
    private(set) var result = ExportDifferences()

    public init(_ a: ComparedExport, _ b: ComparedExport, _ request: CompareRequest) throws {
        self.a = a
        self.b = b
        self.request = request
        choice = request.fields
        sideA = try Side(a, request: request)
        sideB = try Side(b, request: request)
    }

    /// Does the comparison. Call it once.
    ///
    /// - Throws: `ArchiveError`, `.damaged` if lines that are needed cannot be read.
    public func run() throws -> ExportDifferences {
        var difference = MultisetDifference(sideA, sideB)
        if choice.isEverything {
            try compare(StoredIdentities(side: sideA), StoredIdentities(side: sideB), &difference)
        } else {
            let folder = request.temporaryFolder
            try compare(try identities(of: sideA, folder), try identities(of: sideB, folder), &difference)
        }
        result.eventsA = sideA.events
        result.eventsB = sideB.events
        result.same = difference.same
        result.duplicatesA = difference.duplicatesA
        result.duplicatesB = difference.duplicatesB
        result.lost = !sideA.lost.isEmpty || !sideB.lost.isEmpty
        onlyA = difference.onlyA
        onlyB = difference.onlyB
        if !request.countsOneSidedFields { try leaveOutOneSidedFields() }
        try pairChanged()
        result.added = count(onlyB)
        result.removed = count(onlyA)
        return result
    }

    private func compare(
        _ left: some IdentitySource, _ right: some IdentitySource, _ difference: inout MultisetDifference
    ) throws {
        try difference.run(left, right) { _, _ in }
        if request.verifies { result.collisions = try verify(left, right) }
    }

    private func identities(of side: Side, _ folder: String) throws -> ComputedIdentities {
        let work = LineWork(side: side, jobs: request.jobs)
        if choice.kept != nil { return try work.computeProjections(choice, projection, folder: folder) }
        return try work.computeIdentities(choice, folder: folder)
    }

    func count(_ events: [Bitmap]) -> UInt64 { events.reduce(0) { $0 + $1.count } }

    // MARK: field lists

    /// Exports may have been downloaded with different field lists: then whole groups of events differ in nothing but
    /// fields that one side never has. If such fields are frequent, and leaving them out makes equal at least half of the
    /// events that have them, they are left out, and the result says so. Rare ones are what a changed source brings.
    private func leaveOutOneSidedFields() throws {
        let unmatchedA = count(onlyA)
        let unmatchedB = count(onlyB)
        guard unmatchedA > 0, unmatchedB > 0, max(unmatchedA, unmatchedB) <= Pairing.limit else { return }
        let fields = try OneSidedFields.find(sideA, sideB).filter { field in
            choice.isEverything || choice.counts(name: field.name)
        }
        let areFrequent = fields.contains { $0.events * 10 >= ($0.isOfA ? sideA : sideB).events }
        guard areFrequent || result.same * 2 < min(sideA.events, sideB.events) else { return }
        let narrowed = FieldChoice(
            kept: choice.kept.map { $0.map { String(decoding: $0, as: UTF8.self) } },
            leftOut: choice.leftOut.map { String(decoding: $0, as: UTF8.self) } + fields.map(\.name))
        let left = try LineWork(side: sideA, jobs: request.jobs).identities(of: onlyA, narrowed)
        let right = try LineWork(side: sideB, jobs: request.jobs).identities(of: onlyB, narrowed)
        var difference = MultisetDifference(sideA, sideB)
        try difference.run(left, right) { _, _ in }
        let concerned = min(fields.map(\.events).max() ?? 0, max(unmatchedA, unmatchedB))
        guard difference.same > 0, difference.same * 2 >= concerned else { return }
        choice = narrowed
        result.leftOut = fields
        result.same += difference.same
        onlyA = difference.onlyA
        onlyB = difference.onlyB
    }

    // MARK: pairs

    private func pairChanged() throws {
        guard !isEmpty(onlyA), !isEmpty(onlyB) else { return }
        guard max(count(onlyA), count(onlyB)) <= Pairing.limit else {
            result.notPaired = "more than \(Pairing.limit) events differ"
            return
        }
        let pairing = Pairing(sideA, sideB, jobs: request.jobs, choice: choice)
        if let key = try pairing.key(request.key, onlyA, onlyB) {
            result.key = key
            let found = try pairing.byKey(key, &onlyA, &onlyB)
            result.changed = UInt64(found.count)
            pairs += found
        }
        if request.key != .none, !isEmpty(onlyA), !isEmpty(onlyB) {
            let found = try pairing.byLikeness(&onlyA, &onlyB)
            result.probablyChanged = UInt64(found.count)
            pairs += found
        }
        pairs.sort { ($0.a, $0.b) < ($1.a, $1.b) }
    }

    private func isEmpty(_ events: [Bitmap]) -> Bool { events.allSatisfy(\.isEmpty) }
}

extension FieldChoice {
    /// Whether a field counts.
    func counts(name: String) -> Bool {
        Array(name.utf8).withUnsafeBufferPointer { counts($0) }
    }
}
