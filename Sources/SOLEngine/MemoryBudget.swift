import Archive

/// What a program's groups, sorted rows and tables may take together.
///
/// `@unchecked` is safe: what is used is only touched under the mutex.
final class MemoryBudget: @unchecked Sendable {
    private let limit: Int
    private let what: String
    private let mutex = Mutex()
    private var used: [ObjectIdentifier: Int] = [:]
    private var total = 0

    init(limit: Int = ProgramRun.memory, _ what: String) {
        self.limit = limit
        self.what = what
    }

    /// - Throws: `SOLError` if all users together take more than the limit.
    func use(_ bytes: Int, by user: ObjectIdentifier) throws {
        let isTooMuch = mutex.withLock {
            total += bytes - (used.updateValue(bytes, forKey: user) ?? 0)
            return total > limit
        }
        if isTooMuch { throw SOLError.tooMuchMemory(what) }
    }

    func free(_ user: ObjectIdentifier) { mutex.withLock { total -= used.removeValue(forKey: user) ?? 0 } }
}
