/// How the memory bound is divided. Bytes.
extension IngestOptions {
    /// What a few workers with their batches and chunks in flight, the readers and the libraries take.
    private static let baseMemory = 192 << 20
    private static let workersInBase = 8
    /// What each further worker takes.
    private static let memoryPerWorker = 8 << 20
    /// Less than this for what waits, and nearly every line would go through the spill file.
    private static let leastWaiting = 64 << 20

    private static func base(jobs: Int) -> Int {
        baseMemory + max(0, jobs - workersInBase) * memoryPerWorker
    }

    /// The least memory that an ingest with so many workers can work with, bytes.
    public static func leastMemory(jobs: Int) -> Int {
        base(jobs: jobs) + leastWaiting
    }

    /// The most workers that can work in so much memory; 0 if it is not enough for one.
    public static func mostJobs(memory: Int) -> Int {
        let rest = memory - leastWaiting - baseMemory
        return rest < 0 ? 0 : workersInBase + rest / memoryPerWorker
    }

    /// Lines and chunks that wait for their partition are spilled above this; half of what is left, since what is
    /// taken from the account is at times held twice.
    var waitingBudget: Int { max(0, memory - Self.base(jobs: jobs)) / 2 }

    /// What an ingest of ordinary events takes beside what waits (measured, docs/decisions.md); for the estimate.
    var workingMemory: Int { (140 << 20) + jobs * Self.memoryPerWorker }

    /// Files that are read at once.
    static func readers(jobs: Int) -> Int { max(1, min(jobs, 4)) }
}
