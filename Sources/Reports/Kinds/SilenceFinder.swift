#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds the times in which a source sent nothing although it should have, by its own rhythm.
///
/// Between its first and last event a source is taken to send at least at half its mean rate, independently from moment to
/// moment (a Poisson process). A run of k empty intervals then has the probability exp(-k · mean / 2). It is a silence if the
/// number of intervals times that is below 1 %: of sources that keep to their rhythm one in a hundred is named wrongly.
/// Sources that rest every night have a low mean rate, and need a longer run.
struct SilenceFinder {
    /// Empty intervals: the first one, and how many.
    struct Silence: Equatable {
        var first: Int
        var count: Int
    }

    private static let level = 0.01

    /// - Parameter counts: events per interval, from the source's first one to its last one.
    static func silences(_ counts: [UInt64]) -> [Silence] {
        guard counts.count > 2 else { return [] }
        let mean = counts.reduce(0.0) { $0 + Double($1) } / Double(counts.count)
        var silences: [Silence] = []
        var at = 0
        while at < counts.count {
            guard counts[at] == 0 else {
                at += 1
                continue
            }
            let first = at
            while at < counts.count, counts[at] == 0 { at += 1 }
            let run = at - first
            if Double(counts.count) * exp(-Double(run) * mean / 2) < level {
                silences.append(Silence(first: first, count: run))
            }
        }
        return silences
    }
}
