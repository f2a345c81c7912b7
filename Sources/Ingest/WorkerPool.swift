import Archive

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A fixed number of threads that run jobs in the order of their submission.
///
/// Own threads rather than a Dispatch queue: deep nesting (10,000 levels) needs a larger stack than Dispatch gives,
/// and the number must not grow when a job waits for the disk. Safe: all state is guarded by one mutex.
final class WorkerPool: @unchecked Sendable {
    typealias Job = @Sendable (Worker) -> Void

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [Job] = []
    private var next = 0
    private var closing = false
    private var threads: [pthread_t] = []
    let workers: Int

    private let readers: Int

    /// Batches and spans of one export that wait or are worked on; enough that no worker is idle while the reader
    /// waits for the oldest. Spans are large, and a third of the work is in the batches.
    var batchesInFlight: Int { max(3, (workers + 4) / readers) }
    var spansInFlight: Int { max(2, (workers * 3 / 4 + 2) / readers) }

    /// - Parameters:
    ///   - readers: exports that are read at once.
    ///   - selection: the names given with `--fields`.
    init(workers: Int, readers: Int, selection: Set<[UInt8]>?) {
        self.workers = workers
        self.readers = readers
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        for _ in 0..<workers {
            threads.append(
                startThread { [self] in
                    let worker = Worker(selection: selection)
                    while let job = take() { job(worker) }
                })
        }
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        condition.deallocate()
    }

    func submit(_ job: @escaping Job) {
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    private func take() -> Job? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while next == jobs.count, !closing { pthread_cond_wait(condition, mutex) }
        guard next < jobs.count else { return nil }
        let job = jobs[next]
        jobs[next] = { _ in }  // what the job holds must go when it is done, not when the list is cut
        next += 1
        if next > 256 {
            jobs.removeFirst(next)
            next = 0
        }
        return job
    }

    /// Lets the queued jobs finish and ends the threads.
    func close() {
        pthread_mutex_lock(mutex)
        closing = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }
}

/// Starts a thread with a stack for deeply nested events.
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 64 << 20)
    #if canImport(Glibc)
        var thread = pthread_t()
    #else
        // swift-format-ignore: NeverUseImplicitlyUnwrappedOptionals
        var thread: pthread_t!
    #endif
    let argument = Unmanaged.passRetained(Box(body)).toOpaque()
    let code = pthread_create(
        &thread, &attributes,
        { argument in
            #if canImport(Glibc)
                guard let argument else { return nil }
            #endif
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, argument)
    precondition(code == 0, "the system refuses another thread")
    pthread_attr_destroy(&attributes)
    return thread
}

/// A result that another thread will give.
final class Pending<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var result: Result<Value, any Error>?
    private var followers: [@Sendable () -> Void] = []

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        condition.deallocate()
    }

    func fulfil(_ result: Result<Value, any Error>) {
        pthread_mutex_lock(mutex)
        self.result = result
        let waiting = followers
        followers = []
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
        for follow in waiting { follow() }
    }

    func wait() throws -> Value {
        pthread_mutex_lock(mutex)
        while result == nil { pthread_cond_wait(condition, mutex) }
        let got = result
        pthread_mutex_unlock(mutex)
        guard let got else { preconditionFailure("woken without a result") }
        return try got.get()
    }

    /// Calls `body` when there is a result or an error: at once, or on the thread that gives it.
    func whenDone(_ body: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(mutex)
        let isDone = result != nil
        if !isDone { followers.append(body) }
        pthread_mutex_unlock(mutex)
        if isDone { body() }
    }
}

extension WorkerPool {
    func run<Value: Sendable>(_ body: @escaping @Sendable (Worker) throws -> Value) -> Pending<Value> {
        run(after: [Pending<Void>](), body)
    }

    /// A job that is queued when the others are done or have failed, so that no worker waits for another one.
    func run<Value: Sendable, Other: Sendable>(
        after others: [Pending<Other>], _ body: @escaping @Sendable (Worker) throws -> Value
    ) -> Pending<Value> {
        let pending = Pending<Value>()
        let gate = Gate(others.count + 1) { [self] in
            submit { worker in pending.fulfil(Result { try body(worker) }) }
        }
        for other in others { other.whenDone { gate.pass() } }
        gate.pass()
        return pending
    }
}

/// Opens when it has been passed a number of times.
private final class Gate: @unchecked Sendable {
    private let mutex = Mutex()
    private var left: Int
    private let open: @Sendable () -> Void

    init(_ count: Int, _ open: @escaping @Sendable () -> Void) {
        left = count
        self.open = open
    }

    func pass() {
        let isLast = mutex.withLock {
            left -= 1
            return left == 0
        }
        if isLast { open() }
    }
}

/// Bytes held in memory by everything that could be spilled, over all exports of a run.
final class MemoryAccount: @unchecked Sendable {
    private let mutex = Mutex()
    private var used = 0
    let budget: Int

    init(budget: Int) {
        self.budget = budget
    }

    func add(_ bytes: Int) {
        mutex.withLock { used += bytes }
    }

    /// Finished chunks go to disk from here on: they are read once, at the end, while waiting lines would soon be wanted back.
    var isTight: Bool { mutex.withLock { used > budget / 8 * 5 } }

    /// Waiting lines go to disk as well.
    var isOver: Bool { mutex.withLock { used > budget } }
}
