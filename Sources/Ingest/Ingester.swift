import Archive
import CPlatform
import Events
import Zstd

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads exports into an archive: several at once, each entered whole or not at all.
public enum Ingester {
    /// - Parameters:
    ///   - interval: seconds between two reports of progress, at least.
    ///   - progress: called from one thread at a time, of those that work.
    ///   - finished: called once a source, in argument order.
    /// - Throws: `ArchiveError` if the archive itself cannot be written.
    public static func run(
        _ sources: [IngestSource], archive path: String, options: IngestOptions,
        waiting: () -> Void = {}, interval: Double = 0.1,
        progress: @escaping @Sendable (IngestProgress) -> Void = { _ in },
        finished: @escaping @Sendable (IngestSource, IngestOutcome) -> Void
    ) throws {
        let least = IngestOptions.leastMemory(jobs: options.jobs)
        guard options.memory >= least else {
            throw ArchiveError(
                .usage, "\(options.memory >> 20)M of memory are too little for \(options.jobs) workers",
                remedy: "give at least --memory \(least >> 20)M, or fewer --jobs")
        }
        coldtrail_tune_allocator()
        let writer = try ArchiveWriter(path: path, shared: options.shared, waiting: waiting)
        let readers = max(1, min(sources.count, options.readers))
        let pool = WorkerPool(workers: options.jobs, readers: readers, selection: options.selection)
        defer {
            pool.close()
            // What failed must not go on filling the disk; should this fail too, the next writer does it.
            try? writer.removeLeftovers()
        }
        let shared = IngestRun(
            writer: writer, pool: pool, account: MemoryAccount(budget: options.waitingBudget), options: options,
            labels: try Labels(writer.usedLabels()),
            meter: WorkMeter(sizes: sources.map(size), interval: interval, report: progress))
        let jobs = sources.map { (source: $0, label: shared.labels.assign(options.label, for: $0)) }
        let turn = Turnstile()
        let threads = (0..<readers).map { reader in
            startThread {
                for number in stride(from: reader, to: jobs.count, by: readers) {
                    let job = ExportJob(
                        run: shared, source: jobs[number].source, label: jobs[number].label, number: number)
                    let outcome = job.perform(turn: turn)
                    shared.meter.finish(number, outcome)
                    turn.wait(for: number)
                    finished(jobs[number].source, outcome)
                    turn.leave(number)
                }
            }
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Nil if it cannot be told: standard input, a pipe. What is not there has nothing to read.
    private static func size(_ source: IngestSource) -> UInt64? {
        guard case .file(let path) = source else { return nil }
        var info = stat()
        guard stat(path, &info) == 0 else { return 0 }
        return info.st_mode & S_IFMT == S_IFREG ? UInt64(max(0, info.st_size)) : nil
    }
}

/// Lets exports enter the archive in argument order.
final class Turnstile: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var present = 0

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

    func wait(for number: Int) {
        pthread_mutex_lock(mutex)
        while present != number { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
    }

    func leave(_ number: Int) {
        pthread_mutex_lock(mutex)
        present = number + 1
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}

/// Names exports: the wanted label or the file's name, made unique with `-2`, `-3`; never one that was used before.
final class Labels: @unchecked Sendable {
    private let mutex = Mutex()
    private var used: Set<String>

    init(_ used: Set<String>) {
        self.used = used
    }

    func assign(_ wanted: String?, for source: IngestSource) -> String {
        let base = Self.clean(wanted ?? Self.stem(source.name))
        return mutex.withLock {
            var label = base
            var number = 2
            while used.contains(label) {
                label = String(base.prefix(100 - 1 - String(number).count)) + "-\(number)"
                number += 1
            }
            used.insert(label)
            return label
        }
    }

    private static func stem(_ name: String) -> String {
        for ending in [".jsonl.gz", ".ndjson.gz", ".json.gz", ".gz", ".jsonl", ".ndjson", ".json"]
        where name.hasSuffix(ending) && name.count > ending.count {
            return String(name.dropLast(ending.count))
        }
        return name
    }

    /// 1–100 of letters, digits, `. _ -`; others become `_`.
    static func clean(_ text: String) -> String {
        var out = ""
        for byte in text.utf8.prefix(100) {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F, 0x2D:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out.append("_")
            }
        }
        return out.isEmpty ? "export" : out
    }
}

/// What all exports of one ingest share.
struct IngestRun: Sendable {
    let writer: ArchiveWriter
    let pool: WorkerPool
    let account: MemoryAccount
    let options: IngestOptions
    let labels: Labels
    let meter: WorkMeter
}

/// Monotonic time.
enum Clock {
    static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
