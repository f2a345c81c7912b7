/// Something wrong with a gzip source. The content decoded before it has been delivered all the same.
public struct ContentDamage: Equatable, Sendable {
    public enum Reason: String, Sendable, CaseIterable {
        /// The source ends inside a member: its header, data or trailer.
        case truncated
        /// What should be a member's header is not one that can be read, or fails its own checksum.
        case badHeader
        /// The deflate data break its rules.
        case badData
        /// A member's content does not have the CRC-32 its trailer states.
        case crcMismatch
        /// A member's content does not have the length (modulo 2^32) its trailer states.
        case lengthMismatch
        /// After the last member comes something that is neither a member nor zero padding. The content is whole.
        case trailingGarbage
    }

    public var reason: Reason
    /// The place in the source, in bytes: for `truncated` its length; for `badHeader` the start of the member; for
    /// `badData` the end of the byte in which the offending symbol ends; for `crcMismatch` and `lengthMismatch` the
    /// start of the trailer; for `trailingGarbage` its first byte that is not zero.
    public var compressedOffset: UInt64
    /// The place in the content: bytes delivered before the damage was found.
    public var contentOffset: UInt64
    /// One sentence for a person.
    public var detail: String

    public init(reason: Reason, compressedOffset: UInt64, contentOffset: UInt64, detail: String) {
        self.reason = reason
        self.compressedOffset = compressedOffset
        self.contentOffset = contentOffset
        self.detail = detail
    }
}
