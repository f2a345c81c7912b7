import Archive
import Events

/// Routes an export's events to days, days to partitions, and writes the partitions through the workers.
///
/// One thread drives it; only jobs in the pool run elsewhere.
final class ExportBuilder {
    /// A partition that is being filled.
    private final class Open {
        let coding: Pending<LineCoding>
        var spans: [Pending<PartitionSpan>] = []
        var rawBytes = 0
        var events = 0

        init(coding: Pending<LineCoding>) {
            self.coding = coding
        }
    }

    private struct Day {
        var bucket = DayBucket()
        var open: Open?
    }

    /// The bucket of events without a usable time.
    private static let undatedDay = Int64.min
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    private let pool: WorkerPool
    private let account: MemoryAccount
    private let folder: String
    private let name: String
    private let progress: WorkMeter.Counter
    private var spillFile: SpillFile?
    private var days: [Int64: Day] = [:]
    private var lastDay = Int64.min
    /// Partitions that are written or being written, in the order of their jobs.
    private var built: [(day: Int64, partition: Pending<BuiltPartition>)] = []
    private var files = 0
    /// Span jobs not yet known to be done, oldest first.
    private var running: [Pending<PartitionSpan>] = []

    /// - Parameters:
    ///   - folder: the archive's `tmp/`.
    ///   - name: distinguishes this export's temporary files.
    ///   - progress: told of encoded chunks and merged partitions, from any thread.
    init(
        pool: WorkerPool, account: MemoryAccount, folder: String, name: String,
        progress: @escaping WorkMeter.Counter
    ) {
        self.pool = pool
        self.account = account
        self.folder = folder
        self.name = name
        self.progress = progress
    }

    /// Takes in one event, in line order.
    func add(_ line: UnsafePointer<UInt8>, _ row: EventRow) throws {
        let day = row.time == undatedTime ? Self.undatedDay : Self.floorDay(row.time)
        let grown = days[day, default: Day()].bucket.append(line, row)
        if grown != 0 { account.add(grown) }
        let state = days[day]!
        if let open = state.open {
            if state.bucket.rawBytes >= CutRules.spanBytes || state.bucket.events >= CutRules.spanEvents {
                try cutSpan(day, open)
            }
        } else if state.bucket.rawBytes >= CutRules.ownPartition {
            try openPartition(day)
        }
    }

    private static func floorDay(_ time: Int64) -> Int64 {
        let day = time / microsecondsPerDay
        return time % microsecondsPerDay < 0 ? day - 1 : day
    }

    /// Spills waiting lines while too much memory is in use. Called once a batch.
    func relieveMemory() throws {
        guard account.isOver else { return }
        let file = try spill()
        for day in days.keys {
            let bytes = days[day]!.bucket.memoryBytes
            if bytes < 64 << 10 { continue }
            try days[day]!.bucket.spill(to: file)
            account.add(days[day]!.bucket.memoryBytes - bytes)
        }
    }

    private func spill() throws -> SpillFile {
        if let spillFile { return spillFile }
        let file = try SpillFile(folder: folder)
        spillFile = file
        return file
    }

    // MARK: cutting

    private func take(_ day: Int64) throws -> EventRun {
        let bytes = days[day]!.bucket.memoryBytes
        let run = try days[day]!.bucket.take(from: spillFile)
        account.add(-bytes)
        return run
    }

    private func openPartition(_ day: Int64) throws {
        let run = try take(day)
        let open = Open(coding: pool.run { _ in try LineCoding.choose(run) })
        days[day]!.open = open
        for (part, isFull) in CutRules.spans(run) {
            if isFull {
                try dispatch(part, open)
            } else {
                putBack(part, day)
            }
        }
    }

    private func putBack(_ run: EventRun, _ day: Int64) {
        var at = 0
        for row in run.rows {
            account.add(days[day]!.bucket.append(UnsafePointer(run.memory.base + at), row))
            at += Int(row.length) + 1
        }
    }

    private func cutSpan(_ day: Int64, _ open: Open) throws {
        try dispatch(try take(day), open)
        if open.rawBytes >= CutRules.partitionBytes || open.events >= CutRules.partitionEvents {
            close(open, day: day)
            days[day] = nil
        }
    }

    private func dispatch(_ run: EventRun, _ open: Open) throws {
        open.rawBytes += run.memory.count
        open.events += run.rows.count
        let coding = open.coding
        let account = account
        let spillFile = try spill()
        let progress = progress
        let pending = pool.run(after: [coding]) { worker -> PartitionSpan in
            let span = try worker.encode(
                run, coding: try coding.wait(), spill: { account.isTight ? spillFile : nil })
            account.add(span.memoryBytes)
            progress { $0.encoded += UInt64(run.memory.count) }
            return span
        }
        open.spans.append(pending)
        running.append(pending)
        while running.count > pool.spansInFlight { _ = try running.removeFirst().wait() }
    }

    private func close(_ open: Open, day: Int64, remainder: ExportRemainder? = nil) {
        let path = "\(folder)/\(name)-\(files).ctp"
        files += 1
        let spans = open.spans
        let coding = open.coding
        let account = account
        let progress = progress
        let partition = pool.run(after: spans) { _ -> BuiltPartition in
            let ready = try spans.map { try $0.wait() }
            defer {
                for span in ready {
                    account.add(-span.memoryBytes)
                    span.discard()
                }
            }
            try TemporaryFile.create(path)
            let built = try PartitionWriter.write(
                chunks: ready.flatMap(\.chunks), dictionary: try coding.wait().dictionary,
                model: try coding.wait().model?.content ?? [],
                remainder: remainder, path: path)
            progress { $0.merged += built.rawBytes }
            return built
        }
        built.append((day, partition))
    }

    // MARK: the end

    /// Writes what is left and returns the partitions in their final order; the first keeps the remainder.
    ///
    /// - Parameter seal: finishes a partition, given its number; runs in the pool, while other partitions are being written.
    func finish<Sealed: Sendable>(
        remainder: ExportRemainder, seal: @escaping @Sendable (BuiltPartition, Int) throws -> Sealed
    ) throws -> [Sealed] {
        // The largest first, so that all workers end at about the same time.
        let open = days.filter { $0.value.open != nil }.sorted { a, b in
            let (x, y) = (a.value.open?.rawBytes ?? 0, b.value.open?.rawBytes ?? 0)
            return x == y ? a.key < b.key : x > y
        }
        for (day, state) in open {
            guard let partition = state.open else { continue }
            if state.bucket.events > 0 { try dispatch(try take(day), partition) }
            close(partition, day: day)
            days[day] = nil
        }
        let large = built
        built = []
        try writeSmallDays(remainder)
        let small = built
        var jobs = large.map { (number: 0, partition: $0.partition) }
        let byDay = large.indices.sorted { (large[$0].day, $0) < (large[$1].day, $1) }
        for (position, place) in byDay.enumerated() { jobs[place].number = small.count + position }
        jobs += small.enumerated().map { (number: $0, partition: $1.partition) }
        // In the order in which they are being written: who seals the first does not wait for the last.
        let sealed = jobs.map { number, partition in
            (number: number, result: pool.run(after: [partition]) { _ in try seal(try partition.wait(), number) })
        }
        return try sealed.sorted { $0.number < $1.number }.map { try $0.result.wait() }
    }

    /// Days that never filled a partition share files with their neighbours; the first file also keeps the remainder.
    private func writeSmallDays(_ remainder: ExportRemainder) throws {
        var group: [Int64] = []
        var bytes = 0
        var events = 0
        var rest: ExportRemainder? = remainder
        func flush() throws {
            try writeGroup(group, remainder: rest)
            rest = nil
            (group, bytes, events) = ([], 0, 0)
        }
        for day in days.keys.sorted() {
            let bucket = days[day]!.bucket
            if bucket.events == 0 { continue }
            if !group.isEmpty, bytes + bucket.rawBytes > CutRules.ownPartition || events > CutRules.partitionEvents / 4
            {
                try flush()
            }
            group.append(day)
            bytes += bucket.rawBytes
            events += bucket.events
        }
        if !group.isEmpty || rest != nil { try flush() }
    }

    private func writeGroup(_ group: [Int64], remainder: ExportRemainder?) throws {
        let run = try merge(try group.map { try take($0) })
        let open = Open(coding: pool.run { _ in try LineCoding.choose(run) })
        for (part, _) in CutRules.spans(run) { try dispatch(part, open) }
        close(open, day: group.first ?? Self.undatedDay, remainder: remainder)
    }

    /// One run of several days, in line order.
    private func merge(_ runs: [EventRun]) throws -> EventRun {
        if runs.count == 1 { return runs[0] }
        var places: [(row: EventRow, run: Int, at: Int)] = []
        var bytes = 0
        for (number, run) in runs.enumerated() {
            var at = 0
            for row in run.rows {
                places.append((row, number, at))
                at += Int(row.length) + 1
            }
            bytes += run.memory.count
        }
        places.sort { $0.row.line < $1.row.line }
        let memory = RawMemory(capacity: bytes)
        var rows = ContiguousArray<EventRow>()
        rows.reserveCapacity(places.count)
        for place in places {
            let length = Int(place.row.length) + 1
            (memory.base + memory.count).update(from: runs[place.run].memory.base + place.at, count: length)
            memory.count += length
            rows.append(place.row)
        }
        return EventRun(memory: memory, rows: rows)
    }
}
