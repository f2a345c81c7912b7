import Events

/// Which value an event has for a count.
public enum ValueKey: Sendable {
    /// Its text, whatever its kind (`top` does not tell kinds apart).
    case text
    /// Adds the bytes that are equal for equal values, of a plain string its text in quotation marks; false: it has none,
    /// and nothing was added.
    case typed(@Sendable (ValueKind, UnsafeRawBufferPointer, inout [UInt8]) -> Bool)

    func append(_ kind: ValueKind, _ text: UnsafeRawBufferPointer, to key: inout [UInt8]) -> Bool {
        switch self {
        case .text:
            key.append(0x22)
            key += text
            key.append(0x22)
            return true
        case .typed(let append): return append(kind, text, &key)
        }
    }
}
