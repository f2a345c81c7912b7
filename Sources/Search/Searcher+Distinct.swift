import Archive
import Events

/// A number of distinct values.
public struct DistinctCount: Sendable {
    public var distinct: Int
    /// Matching events.
    public var events: UInt64
    /// Not empty: the numbers are lower bounds.
    public var lost: [LostEvents]
}

extension Searcher {
    /// The number of distinct values of a field whose values are all strings; nil if another kind was met, since texts do
    /// not tell kinds apart. Of long texts only digests are kept, and lines are read where no column has the value.
    public func distinctTexts(of field: String) throws -> DistinctCount? {
        var grouping = Grouping(fields: [field])
        grouping.onlyStrings = true
        do {
            let counts = try counts(by: grouping, values: [SharedValues(shortens: true)])
            return DistinctCount(distinct: counts.distinctValues(of: 0), events: counts.events, lost: counts.lost)
        } catch is OtherKinds {
            return nil
        } catch let error as CountingError where error.code == .tooManyGroups {
            return nil
        }
    }
}
