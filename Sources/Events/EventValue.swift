/// What kind of JSON value stands at a path.
public enum ValueKind: UInt8, Sendable {
    case string
    case number
    case boolean
    /// Kept as a value without meaning to EQL (R16): fingerprints and views need it.
    case null
    /// An object with at least one key stands here; it has no text of its own (R17, R27).
    case object
}

/// One value of a decoded event.
public struct EventValue {
    /// The field's path, as an index into the decoder's field names.
    public var field: Int
    public var kind: ValueKind
    /// Whether the text is as `ShortEscapes` spell it, even if that is with none: only of a decoder that keeps them.
    public var isSpelled: Bool
    /// The text of the value (R19) in UTF-8: a string's characters, else the JSON spelling; empty for an object.
    ///
    /// Points into the decoded line or into the decoder: valid until the line's bytes go away or the decoder's
    /// next `decode`.
    public var text: UnsafeRawBufferPointer

    @inlinable
    public init(field: Int, kind: ValueKind, text: UnsafeRawBufferPointer, isSpelled: Bool = false) {
        self.field = field
        self.kind = kind
        self.isSpelled = isSpelled
        self.text = text
    }
}
