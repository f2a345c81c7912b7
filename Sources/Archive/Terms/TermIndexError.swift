/// A term index that does not hold together.
public struct TermIndexError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The record is not there, or is not a blob.
        case missing
        /// The list of segments cannot be read, or claims more than the format allows.
        case badStructure
        /// A page's header or footer contradicts its size.
        case badPage
        /// A term's entry runs past its place, is too long, or is not in order.
        case badTerm
        /// An event number is zero, not ascending, cut off, or larger than the partition's last event.
        case badRow
        /// The page index points outside the segment, or to a page where the term cannot be.
        case badIndex
        /// The counts written with the index are not those found in it.
        case badCounts
        /// The pairs of letters noted for a page are not those of its terms.
        case badPairs
    }

    /// What is wrong.
    public var kind: Kind
    /// The damaged record's id in `terms_data`.
    public var pageID: Int64

    /// Damage of a record.
    public init(_ kind: Kind, pageID: Int64) {
        self.kind = kind
        self.pageID = pageID
    }

    /// One line for people.
    public var description: String {
        let what: String
        switch kind {
        case .missing: what = "is missing"
        case .badStructure: what = "does not list the segments properly"
        case .badPage: what = "has a damaged header or footer"
        case .badTerm: what = "holds a damaged term"
        case .badRow: what = "holds a damaged event list"
        case .badIndex: what = "is not indexed properly"
        case .badCounts: what = "does not have the counts that are written down"
        case .badPairs: what = "lists pages whose pairs of letters are not those that are written down"
        }
        return "term index: record \(pageID) \(what)"
    }
}
