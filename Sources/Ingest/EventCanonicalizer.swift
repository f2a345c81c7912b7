import Crypto
import Events

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which fields of an event count in a comparison.
public struct FieldChoice: Sendable {
    /// Only these and what is below them; nil for all.
    public var kept: [[UInt8]]?
    /// These, and what is below them, do not count.
    public var leftOut: [[UInt8]]

    /// - Parameters:
    ///   - kept: dotted names.
    ///   - leftOut: dotted names.
    public init(kept: [String]? = nil, leftOut: [String] = []) {
        self.kept = kept.map { $0.map { Array($0.utf8) } }
        self.leftOut = leftOut.map { Array($0.utf8) }
    }

    /// Every field counts.
    public var isEverything: Bool { kept == nil && leftOut.isEmpty }

    /// Whether a field counts.
    public func counts(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        if let kept, !kept.contains(where: { Self.covers($0, name) }) { return false }
        return !leftOut.contains { Self.covers($0, name) }
    }

    private static func covers(_ field: [UInt8], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count >= field.count, name.prefix(field.count).elementsEqual(field) else { return false }
        return name.count == field.count || name[field.count] == 0x2E
    }
}

/// One leaf of an event: a value that is no object, at its dotted name.
public struct EventLeaf: Sendable, Equatable {
    public var name: [UInt8]
    /// The value as JSON; a string is written anew, other values stand as in the event.
    public var json: [UInt8]
    /// Equal for equal values, however they are written.
    public var canonical: [UInt8]
    /// False for null, an empty object, and a list of nothing but these (EQL rule R16).
    public var hasValue: Bool
}

/// Canonical forms of archived events (docs/archive-format.md, fingerprints), whole or over chosen fields.
///
/// One thread at a time, with a stack for 10,000 levels of nesting (`LargeStack`).
public final class EventCanonicalizer {
    private var walker: LeafWalker
    private var line = Buffer<UInt8>(capacity: 1 << 16)

    public init(_ choice: FieldChoice) {
        walker = LeafWalker { choice.counts($0) }
    }

    deinit {
        walker.free()
        line.free()
    }

    /// Calls `body` with the canonical form of an event, and whether any leaf counts.
    ///
    /// - Parameter event: an archived event's line without its line feed.
    public func withForm<Result>(
        of event: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        take(event)
        walker.canonical.writeForm(fields: walker.fields)
        return try body(walker.canonical.form)
    }

    /// The first 128 bits of the SHA-256 of the canonical form, each half big-endian. Over all fields this is what the
    /// archive stores.
    public func fingerprint(of event: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64) {
        withForm(of: event) { form in
            var hasher = SHA256()
            hasher.update(bufferPointer: form)
            return hasher.finalize().withUnsafeBytes { digest in
                (
                    UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
        }
    }

    /// The leaves that count, in the byte order of their names, equal names in the event's order.
    public func leaves(of event: UnsafeRawBufferPointer) -> [EventLeaf] {
        take(event)
        var leaves: [EventLeaf] = []
        let fields = walker.fields
        walker.canonical.forEachLeaf(fields: fields) { field, bytes, length, kind, canonical in
            var json: [UInt8] = []
            let text = UnsafeBufferPointer(start: bytes, count: length)
            switch kind {
            case .string: JSONString.append(text, to: &json)
            case .number, .true, .false, .null, .list, .emptyObject: json.append(contentsOf: text)
            }
            leaves.append(
                EventLeaf(
                    name: Array(fields.name(field)), json: json, canonical: Array(canonical),
                    hasValue: Self.hasValue(kind, canonical)))
        }
        return leaves
    }

    private static func hasValue(_ kind: LeafKind, _ canonical: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .string, .number, .true, .false: true
        case .null, .emptyObject: false
        // Brackets, nulls and empty objects have one letter each, and every other item has one of its own.
        case .list: canonical.contains { $0 != 0x5B && $0 != 0x5D && $0 != 0x7A && $0 != 0x7B && $0 != 0x7D }
        }
    }

    private func take(_ event: UnsafeRawBufferPointer) {
        line.removeAll(keeping: 1 << 20)
        line.reserve(event.count + 64)
        UnsafeMutableRawBufferPointer(start: line.base, count: event.count).copyMemory(from: event)
        (line.base + event.count).update(repeating: 0, count: 64)
        line.count = event.count
        walker.walk(UnsafePointer(line.base), length: event.count)
    }
}

/// Runs work on threads whose stack is enough for events nested 10,000 levels deep.
public enum LargeStack {
    /// Calls `body` on `threads` threads at once, with the thread's number, and waits for all.
    ///
    /// - Throws: the error of the thread with the lowest number that failed.
    public static func run(threads: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let pending = (0..<max(1, threads)).map { number -> (pthread_t, Pending<Bool>) in
            let done = Pending<Bool>()
            let thread = startThread {
                done.fulfil(
                    Result {
                        try body(number)
                        return true
                    })
            }
            return (thread, done)
        }
        for (thread, _) in pending { pthread_join(thread, nil) }
        for (_, done) in pending { _ = try done.wait() }
    }

    /// Calls `body` on one such thread while this one waits.
    ///
    /// - Throws: what `body` throws.
    public static func call<Value>(_ body: () throws -> Value) throws -> Value {
        try withoutActuallyEscaping(body) { body in
            // Safe: this thread does nothing until the other one has ended.
            let call = Call(body: body)
            try run(threads: 1) { _ in call.result = Result { try call.body() } }
            guard let result = call.result else { preconditionFailure("the thread has ended without a result") }
            return try result.get()
        }
    }

    private final class Call<Value>: @unchecked Sendable {
        let body: () throws -> Value
        var result: Result<Value, any Error>?

        init(body: @escaping () throws -> Value) {
            self.body = body
        }
    }
}
