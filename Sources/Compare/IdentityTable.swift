/// Identities of one side whose first bits are equal, sorted.
///
/// Identities are spread evenly (they are digests), so a counting sort by their leading bits leaves groups of a few; a
/// group that is larger holds equal events.
struct IdentityTable {
    private(set) var identities: [Identity] = []
    /// Where each group begins, and the end of the last.
    private(set) var starts: [Int] = []

    /// - Parameters:
    ///   - unsorted: in ascending order of ordinals.
    ///   - skippedBits: leading bits that all have in common.
    ///   - groupBits: how many bits after those choose the group.
    init(_ unsorted: [Identity], skippedBits: Int, groupBits: Int) {
        let groups = 1 << groupBits
        let shift = UInt64(64 - groupBits)
        @inline(__always) func group(_ identity: Identity) -> Int {
            groupBits == 0 ? 0 : Int(truncatingIfNeeded: (identity.high << UInt64(skippedBits)) >> shift)
        }
        var places = [Int](repeating: 0, count: groups + 1)
        for identity in unsorted { places[group(identity) + 1] += 1 }
        for group in 0..<groups { places[group + 1] += places[group] }
        starts = places
        identities = [Identity](unsafeUninitializedCapacity: unsorted.count) { room, count in
            guard let base = room.baseAddress else { return }
            places.withUnsafeMutableBufferPointer { places in
                for identity in unsorted {
                    let group = group(identity)
                    base[places[group]] = identity
                    places[group] += 1
                }
            }
            for group in 0..<groups { Self.sort(base, starts[group], starts[group + 1]) }
            count = unsorted.count
        }
    }

    private static func sort(_ base: UnsafeMutablePointer<Identity>, _ start: Int, _ end: Int) {
        guard end - start <= 32 else {
            var large = UnsafeMutableBufferPointer(start: base + start, count: end - start)
            large.sort(by: Identity.precedes)
            return
        }
        var at = start + 1
        while at < end {
            let identity = base[at]
            var hole = at
            while hole > start, Identity.precedes(identity, base[hole - 1]) {
                base[hole] = base[hole - 1]
                hole -= 1
            }
            base[hole] = identity
            at += 1
        }
    }
}
