/// Numbers that a test lets pass, by which entries can be told without their texts.
public struct SoughtNumbers: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// JSON integers without sign.
        case integers
        /// IPv4 addresses in quotation marks, as numbers of 32 bits.
        case addresses
    }

    public let kind: Kind
    /// Ascending, and apart from each other.
    let ranges: [ClosedRange<Int64>]
    /// The only one.
    @usableFromInline
    let single: ClosedRange<Int64>?

    public init(_ kind: Kind, _ ranges: [ClosedRange<Int64>]) {
        self.kind = kind
        var joined: [ClosedRange<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        self.ranges = joined
        single = joined.count == 1 ? joined[0] : nil
    }

    /// What one of several tests lets pass; nil if that is not of one kind.
    public init?(anyOf tests: [SoughtNumbers]) {
        guard let first = tests.first, tests.allSatisfy({ $0.kind == first.kind }) else { return nil }
        self.init(first.kind, tests.flatMap(\.ranges))
    }

    @inlinable
    public func contains(_ number: Int64) -> Bool {
        single?.contains(number) ?? isInOne(number)
    }

    @usableFromInline
    func isInOne(_ number: Int64) -> Bool {
        // The first range that does not end before the number.
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= number
    }
}
