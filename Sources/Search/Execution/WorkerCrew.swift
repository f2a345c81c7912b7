import Archive

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What one thread of a search has to itself: open files, a decoder and a matcher, and, unless it is a huge one, the
/// compiled query: threads that count references to the same tests for each value would wait for each other.
final class SearchWorker {
    /// Its place among all workers of the search.
    let number: Int
    let pool: ReaderPool
    let verifier: LineVerifier
    let plan: PlanNode
    let scratch = ColumnScratch()

    init(number: Int, archive: Archive, query: CompiledQuery, plan: PlanNode, readers: Int) {
        self.number = number
        self.plan = plan
        pool = ReaderPool(archive, limit: readers)
        verifier = LineVerifier(query)
    }
}

/// Memory of one thread in which it looks at one column after the other.
final class ColumnScratch {
    let cells = CellMemory()
    /// Events by code.
    var counts: [UInt64] = []
}

/// Shares numbered pieces of work among a fixed number of threads.
///
/// The calling thread works too, as the first worker; the other threads live as long as the work. A piece is done by exactly
/// one worker, pieces are begun in order (each worker first takes those it is prepared for), and the caller goes on when all
/// are done, so results do not depend on timing as long as each piece writes to a place of its own.
final class WorkerCrew {
    /// The first one belongs to the calling thread.
    let workers: [SearchWorker]

    var width: Int { workers.count }

    /// - Parameter workers: at least one.
    init(_ workers: [SearchWorker]) {
        self.workers = workers
    }

    /// Crews for so many pieces of work that share out work themselves: one for each worker that gets a piece.
    func split(for pieces: Int) -> [WorkerCrew] {
        let leaders = min(max(1, pieces), width)
        return (0..<leaders).map { leader in
            WorkerCrew(stride(from: leader, to: width, by: leaders).map { workers[$0] })
        }
    }

    /// Calls `body` for each piece of 0..<`pieces`, on the thread of the worker that it gets.
    ///
    /// - Throws: the error of the first piece (by number) that failed; pieces not yet begun are then left out.
    func share(_ pieces: Int, _ body: (SearchWorker, Int) throws -> Void) throws {
        try share(pieces, isPrepared: { _, _ in false }, body)
    }

    /// The same for pieces that belong to these partitions, by their places: a worker first takes those of partitions that it
    /// has open.
    func share(_ partitions: [PartitionRecord], _ body: (SearchWorker, Int) throws -> Void) throws {
        try share(partitions.count, isPrepared: { $0.pool.isOpen(partitions[$1]) }, body)
    }

    private func share(
        _ pieces: Int, isPrepared: (SearchWorker, Int) -> Bool, _ body: (SearchWorker, Int) throws -> Void
    ) throws {
        let threads = min(width, pieces)
        guard threads > 1 else {
            for piece in 0..<pieces { try body(workers[0], piece) }
            return
        }
        try withoutActuallyEscaping(isPrepared) { isPrepared in
            try withoutActuallyEscaping(body) { body in
                let work = SharedWork(workers, pieces: pieces, isPrepared: isPrepared, body)
                let helpers = (1..<threads).compactMap { number in
                    Self.start {
                        ThreadMemory.prepare()
                        work.run(as: number)
                    }
                }
                work.run(as: 0)
                for helper in helpers { pthread_join(helper, nil) }
                if let error = work.error { throw error }
            }
        }
    }

    /// Nil if the system refuses another thread: the others do its part.
    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 8 << 20)
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let box = Unmanaged.passRetained(Box(body))
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                #if canImport(Glibc)
                    guard let argument else { return nil }
                #endif
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        if code != 0 {
            box.release()
            return nil
        }
        return thread
    }
}

/// The pieces that are left, and the first error.
///
/// `@unchecked` is safe: `left` and `failure` are only touched under the mutex; each worker, and so what it owns, is used by
/// the one thread that runs as it; `isPrepared` and `body` are called with that worker and outlive the threads, which are
/// joined.
private final class SharedWork: @unchecked Sendable {
    private let workers: [SearchWorker]
    private let isPrepared: (SearchWorker, Int) -> Bool
    private let body: (SearchWorker, Int) throws -> Void
    private let mutex = Mutex()
    /// Pieces that nobody has begun, descending.
    private var left: [Int]
    /// A worker looks for a piece that it is prepared for among so many next ones.
    private static let farthest = 256
    private var failure: (piece: Int, error: any Error)?

    init(
        _ workers: [SearchWorker], pieces: Int, isPrepared: @escaping (SearchWorker, Int) -> Bool,
        _ body: @escaping (SearchWorker, Int) throws -> Void
    ) {
        self.workers = workers
        left = Array((0..<pieces).reversed())
        self.isPrepared = isPrepared
        self.body = body
    }

    var error: (any Error)? { mutex.withLock { failure?.error } }

    func run(as number: Int) {
        while let piece = take(workers[number]) {
            do {
                try body(workers[number], piece)
            } catch {
                mutex.withLock {
                    if piece < failure?.piece ?? .max { failure = (piece, error) }
                    left.removeAll()
                }
            }
        }
    }

    private func take(_ worker: SearchWorker) -> Int? {
        mutex.withLock {
            if let place = left.suffix(Self.farthest).lastIndex(where: { isPrepared(worker, $0) }) {
                return left.remove(at: place)
            }
            return left.popLast()
        }
    }
}
