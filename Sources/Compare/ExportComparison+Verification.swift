import Archive
import Ingest

extension ExportComparison {
    /// Bytes of canonical forms in memory at a time.
    private static let heldBytes = 96 << 20

    /// Compares the canonical bytes of events whose identities are equal; the number of identities with unequal bytes.
    ///
    /// Events are taken in slices of their identities: for each, one form of A is kept and all of both sides are compared
    /// with it.
    func verify() throws -> UInt64 {
        let bytes = sideA.partitions.reduce(UInt64(0)) { $0 + $1.rawBytes }
        var slices: UInt64 = 1
        while bytes / slices > UInt64(Self.heldBytes) { slices *= 2 }
        var collisions: UInt64 = 0
        for slice in 0..<slices {
            var forms: [Print: [UInt8]] = [:]
            var unequal: Set<Print> = []
            for side in [sideA, sideB] {
                let isFirst = side === sideA
                try forEachForm(of: side, slice: slice, of: slices) { print, form in
                    if let known = forms[print] {
                        if !known.elementsEqual(form) { unequal.insert(print) }
                    } else if isFirst {
                        forms[print] = Array(form)
                    }
                }
            }
            collisions += UInt64(unequal.count)
        }
        return collisions
    }

    private struct Print: Hashable {
        var high: UInt64
        var low: UInt64
    }

    private func forEachForm(
        of side: Side, slice: UInt64, of slices: UInt64, _ body: (Print, UnsafeRawBufferPointer) -> Void
    ) throws {
        let canonicalizer = EventCanonicalizer(request.fields)
        for (number, partition) in side.partitions.enumerated() {
            let reader = try side.archive.open(partition)
            try reader.forEachLine(1...partition.events, of: side.scope[number]) { _, line in
                let print = canonicalizer.fingerprint(of: line)
                guard print.high % slices == slice else { return }
                canonicalizer.withForm(of: line) { body(Print(high: print.high, low: print.low), $0) }
            }
        }
    }
}
