/// Sees everything that a command writes as its answer, for a record of what was asked.
///
/// `@unchecked` is safe: the observer is set before a command runs, and called by the one thread that writes its answer.
public final class OutputTap: @unchecked Sendable {
    public static let shared = OutputTap()

    private var observer: ((UnsafeRawBufferPointer) -> Void)?
    /// How many things the answer holds (events, groups), if the command says so.
    public var results: UInt64?

    /// Calls `body` with the bytes of every answer from now on, in order.
    public func observe(_ body: @escaping (UnsafeRawBufferPointer) -> Void) {
        observer = body
    }

    func see(_ bytes: UnsafeRawBufferPointer) { observer?(bytes) }
}
