import Archive
import Ingest

extension ExportComparison {
    /// Bytes of lines whose canonical forms are in memory at a time.
    private static let heldBytes: UInt64 = 160 << 20

    /// Compares the canonical bytes of events whose identities are equal; the number of identities with unequal bytes.
    ///
    /// Events are taken in slices of their identities: of each, one form of A is kept and those of both sides are
    /// compared with it.
    func verify(_ identitiesA: some IdentitySource, _ identitiesB: some IdentitySource) throws -> UInt64 {
        let bytes = sideA.partitions.reduce(UInt64(0)) { $0 + $1.rawBytes }
        var bits: UInt64 = 0
        while bytes >> bits > Self.heldBytes { bits += 1 }
        var collisions: UInt64 = 0
        for slice in 0..<(UInt64(1) << bits) {
            var forms: [Print: [UInt8]] = [:]
            var unequal: Set<Print> = []
            try forEachForm(of: sideA, identitiesA, slice, bits) { print, form in
                if let known = forms[print] {
                    if known != form { unequal.insert(print) }
                } else {
                    forms[print] = form
                }
            }
            try forEachForm(of: sideB, identitiesB, slice, bits) { print, form in
                if let known = forms[print], known != form { unequal.insert(print) }
            }
            collisions += UInt64(unequal.count)
        }
        return collisions
    }

    private struct Print: Hashable, Sendable {
        var high: UInt64
        var low: UInt64
    }

    private func forEachForm(
        of side: Side, _ identities: some IdentitySource, _ slice: UInt64, _ bits: UInt64,
        _ body: (Print, [UInt8]) -> Void
    ) throws {
        var events = side.noEvents()
        var gathered: [[Int: Print]] = Array(repeating: [:], count: side.partitions.count)
        try identities.forEachChunk { partition, first, bytes in
            let scope = side.scope[partition]
            for i in 0..<bytes.count / 16 {
                let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16 * i, as: UInt64.self))
                if bits > 0, high >> (64 - bits) != slice { continue }
                if let scope, !scope.contains(UInt64(first + i)) { continue }
                let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16 * i + 8, as: UInt64.self))
                events[partition].set(UInt64(first + i))
                gathered[partition][first + i] = Print(high: high, low: low)
            }
        }
        let work = LineWork(side: side, jobs: request.jobs)
        let prints = gathered
        let wanted = events
        let isProjection = request.fields.kept != nil
        // A few parts at a time: what came of all would not fit.
        let parts = work.parts(of: events)
        for start in stride(from: 0, to: parts.count, by: 2 * request.jobs) {
            let some = Array(parts[start..<min(start + 2 * request.jobs, parts.count)])
            let found = try work.map(some, choice: request.fields) { part, reader, canonicalizer in
                var forms: [(Print, [UInt8])] = []
                try reader.forEachLine(part.first...part.last, of: wanted[part.partition]) { event, line in
                    guard let print = prints[part.partition][event] else { return }
                    let form =
                        isProjection
                        ? Projection.form(canonicalizer.leaves(of: line))
                        : canonicalizer.withForm(of: line) { Array($0) }
                    forms.append((print, form))
                }
                return forms
            }
            for forms in found { for (print, form) in forms { body(print, form) } }
        }
    }
}
