#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Places where a test build can kill the process, to prove that a crash at any instant leaves the archive whole.
///
/// `COLDTRAIL_FAULT=rename:3` kills at the third rename. Release builds do nothing here.
public enum Fault: String, CaseIterable, Sendable {
    case sync, rename, commit, seal, audit, remove

    #if DEBUG
        private final class Counter: @unchecked Sendable {
            private let mutex = Mutex()
            private var counts: [Fault: Int] = [:]
            func next(_ fault: Fault) -> Int {
                mutex.withLock {
                    counts[fault, default: 0] += 1
                    return counts[fault] ?? 0
                }
            }
        }

        private static let counter = Counter()
        private static let plan: (fault: Fault, at: Int)? = {
            guard let text = getenv("COLDTRAIL_FAULT").map({ String(cString: $0) }) else { return nil }
            let parts = text.split(separator: ":")
            guard parts.count == 2, let fault = Fault(rawValue: String(parts[0])), let at = Int(parts[1]) else {
                return nil
            }
            return (fault, at)
        }()

        public static func point(_ fault: Fault) {
            guard let plan, plan.fault == fault, counter.next(fault) == plan.at else { return }
            kill(getpid(), SIGKILL)
            while true { pause() }
        }
    #else
        @inline(__always)
        public static func point(_ fault: Fault) {}
    #endif
}
