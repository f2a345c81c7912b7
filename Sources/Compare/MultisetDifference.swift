import Archive

/// Which events of two sides have no equal on the other one.
///
/// Events are compared as multisets: of three equal ones against two, one is left over, the last one. Both sides are
/// taken in slices by the leading bits of the identities, so that memory stays bounded.
struct MultisetDifference {
    /// Identities (24 bytes each, twice while sorting) in memory at a time.
    private static let heldIdentities = 4_000_000

    /// Per partition the events left over.
    var onlyA: [Bitmap]
    var onlyB: [Bitmap]
    var same: UInt64 = 0
    /// Copies beyond the first of an event.
    var duplicatesA: UInt64 = 0
    var duplicatesB: UInt64 = 0

    private let a: Side
    private let b: Side

    init(_ a: Side, _ b: Side) {
        self.a = a
        self.b = b
        onlyA = a.noEvents()
        onlyB = b.noEvents()
    }

    /// - Parameter matched: gets the ordinals of each pair of equal events.
    mutating func run(
        _ identitiesA: some IdentitySource, _ identitiesB: some IdentitySource, matched: (Int, Int) throws -> Void
    ) throws {
        var sliceBits = 0
        while (a.events + b.events) >> UInt64(sliceBits) > UInt64(Self.heldIdentities) { sliceBits += 1 }
        for slice in 0..<(1 << sliceBits) {
            let left = try gather(identitiesA, a, slice: UInt64(slice), bits: sliceBits)
            let right = try gather(identitiesB, b, slice: UInt64(slice), bits: sliceBits)
            try compare(left, right, skippedBits: sliceBits, matched: matched)
        }
    }

    /// Compares identities that are in memory, in ascending order of ordinals on each side.
    mutating func run(_ left: [Identity], _ right: [Identity], matched: (Int, Int) throws -> Void) throws {
        try compare(left, right, skippedBits: 0, matched: matched)
    }

    private func gather(
        _ source: some IdentitySource, _ side: Side, slice: UInt64, bits: Int
    ) throws -> [Identity] {
        var found: [Identity] = []
        found.reserveCapacity(Int(side.events >> UInt64(bits)) * 9 / 8 + 64)
        try source.forEachChunk { partition, first, bytes in
            let scope = side.scope[partition]
            let start = side.starts[partition] + first - 1
            for i in 0..<bytes.count / 16 {
                let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16 * i, as: UInt64.self))
                if bits > 0, high >> UInt64(64 - bits) != slice { continue }
                if let scope, !scope.contains(UInt64(first + i)) { continue }
                let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16 * i + 8, as: UInt64.self))
                found.append(
                    Identity(
                        high: high, low: low, ordinal: UInt32(truncatingIfNeeded: start + i),
                        partition: UInt32(truncatingIfNeeded: partition)))
            }
        }
        return found
    }

    private mutating func compare(
        _ left: [Identity], _ right: [Identity], skippedBits: Int, matched: (Int, Int) throws -> Void
    ) throws {
        var groupBits = 0
        while max(left.count, right.count) >> groupBits > 8, groupBits < 22 { groupBits += 1 }
        let x = IdentityTable(left, skippedBits: skippedBits, groupBits: groupBits)
        let y = IdentityTable(right, skippedBits: skippedBits, groupBits: groupBits)
        for group in 0..<(1 << groupBits) {
            try merge(
                x.identities, x.starts[group]..<x.starts[group + 1], y.identities,
                y.starts[group]..<y.starts[group + 1], matched)
        }
    }

    private mutating func merge(
        _ x: [Identity], _ rangeX: Range<Int>, _ y: [Identity], _ rangeY: Range<Int>,
        _ matched: (Int, Int) throws -> Void
    ) throws {
        var i = rangeX.lowerBound
        var j = rangeY.lowerBound
        while i < rangeX.upperBound || j < rangeY.upperBound {
            // The next identity, and how many events have it on each side.
            let next: (UInt64, UInt64)
            if i == rangeX.upperBound {
                next = (y[j].high, y[j].low)
            } else if j == rangeY.upperBound {
                next = (x[i].high, x[i].low)
            } else {
                let isX = (x[i].high, x[i].low) < (y[j].high, y[j].low)
                next = isX ? (x[i].high, x[i].low) : (y[j].high, y[j].low)
            }
            let endX = Self.end(of: next, x, i, rangeX.upperBound)
            let endY = Self.end(of: next, y, j, rangeY.upperBound)
            if endX - i > 1 { duplicatesA += UInt64(endX - i - 1) }
            if endY - j > 1 { duplicatesB += UInt64(endY - j - 1) }
            while i < endX, j < endY {
                same += 1
                try matched(Int(x[i].ordinal), Int(y[j].ordinal))
                i += 1
                j += 1
            }
            while i < endX {
                onlyA[Int(x[i].partition)].set(UInt64(Int(x[i].ordinal) - a.starts[Int(x[i].partition)] + 1))
                i += 1
            }
            while j < endY {
                onlyB[Int(y[j].partition)].set(UInt64(Int(y[j].ordinal) - b.starts[Int(y[j].partition)] + 1))
                j += 1
            }
        }
    }

    @inline(__always)
    private static func end(of identity: (UInt64, UInt64), _ all: [Identity], _ start: Int, _ limit: Int) -> Int {
        var at = start
        while at < limit, all[at].high == identity.0, all[at].low == identity.1 { at += 1 }
        return at
    }
}
