import Crypto
import Ingest

/// The identity of an event over a few chosen fields, put together from one digest a field.
///
/// So it can be computed from columns, whose every distinct value is digested once. Fields without a value (R16) do not
/// count. The mixing has a random key: identities are compared within one process and never stored.
struct Projection: Sendable {
    struct Digest: BitwiseCopyable, Sendable {
        var high: UInt64
        var low: UInt64
    }

    private let keys = (0..<4).map { _ in UInt64.random(in: .min ... .max) | 1 }

    static let start = Digest(high: 0, low: 0)

    /// Adds a field, in the byte order of names.
    @inline(__always)
    func mixing(_ digest: Digest, _ field: Digest) -> Digest {
        Digest(
            high: fold(digest.high ^ field.high ^ keys[0], field.low ^ keys[1]) &+ digest.low,
            low: fold(digest.low ^ field.low ^ keys[2], field.high ^ keys[3]) ^ digest.high)
    }

    /// Multiplies to 128 bits and folds the halves, as wyhash does.
    @inline(__always)
    private func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// The identity of an event by its leaves.
    func digest(_ leaves: [EventLeaf]) -> Digest {
        var digest = Self.start
        var at = 0
        while at < leaves.count {
            let end = leaves[at...].firstIndex { $0.name != leaves[at].name } ?? leaves.count
            if let field = Self.field(leaves[at..<end]) { digest = mixing(digest, field) }
            at = end
        }
        return digest
    }

    /// What equal projections have in common, byte for byte.
    static func form(_ leaves: [EventLeaf]) -> [UInt8] {
        var form: [UInt8] = []
        for leaf in leaves where leaf.hasValue {
            withUnsafeBytes(of: leaf.name.count) { form.append(contentsOf: $0) }
            form += leaf.name
            form += leaf.canonical
        }
        return form
    }

    /// The digest of one field's values in an event; nil if it has none.
    static func field(_ leaves: ArraySlice<EventLeaf>) -> Digest? {
        var hasher = SHA256()
        var hasValue = false
        for leaf in leaves where leaf.hasValue {
            if !hasValue {
                withUnsafeBytes(of: leaf.name.count) { hasher.update(bufferPointer: $0) }
                leaf.name.withUnsafeBytes { hasher.update(bufferPointer: $0) }
            }
            hasValue = true
            leaf.canonical.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        }
        guard hasValue else { return nil }
        return hasher.finalize().withUnsafeBytes { bytes in
            Digest(
                high: bytes.loadUnaligned(as: UInt64.self), low: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
    }
}
