/// Names that resemble a mistyped one.
enum NearestNames {
    /// At most three, nearest first.
    ///
    /// Near is: equal but for case, the same last part (`ip` for `source.ip`), or a few keystrokes away.
    static func of(_ name: String, among names: [String]) -> [String] {
        let wanted = Array(name.lowercased().utf8.prefix(200))
        let allowed = min(3, wanted.count / 3)
        var found: [(distance: Int, name: String)] = []
        for candidate in names {
            let bytes = Array(candidate.lowercased().utf8.prefix(200))
            if bytes == wanted {
                found.append((0, candidate))
            } else if bytes.count > wanted.count, candidate.lowercased().hasSuffix("." + name.lowercased()) {
                found.append((1, candidate))
            } else if abs(bytes.count - wanted.count) <= allowed {
                let distance = distance(bytes, wanted)
                if distance <= allowed { found.append((distance + 1, candidate)) }
            }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        var row = last
        for i in 0..<a.count {
            row[0] = i + 1
            for j in 0..<b.count {
                row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            swap(&beforeLast, &last)
            swap(&last, &row)
        }
        return last[b.count]
    }
}
