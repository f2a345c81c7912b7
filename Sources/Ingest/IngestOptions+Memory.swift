/// How the memory bound is divided. Bytes, measured (docs/decisions.md, 42).
extension IngestOptions {
    /// What a reader with its chunk and the libraries take.
    private static let baseMemory = 104 << 20
    /// What each worker takes: a chunk's lines, its tables and its result.
    private static let memoryPerWorker = 44 << 20
    /// What a second reader takes.
    private static let memoryOfReader = 60 << 20
    /// Less than this for what waits, and nearly every line would go through the spill file.
    private static let leastWaiting = 64 << 20
    /// Less is refused even where one worker could do with it.
    private static let least = 256 << 20

    private static func base(jobs: Int) -> Int { baseMemory + jobs * memoryPerWorker }

    /// The least memory that an ingest with so many workers can work with, bytes.
    public static func leastMemory(jobs: Int) -> Int {
        max(least, base(jobs: jobs) + leastWaiting)
    }

    /// The most workers that can work in so much memory; 0 if it is not enough for one.
    public static func mostJobs(memory: Int) -> Int {
        memory < least ? 0 : (memory - leastWaiting - baseMemory) / memoryPerWorker
    }

    /// Files that are read at once: one keeps six workers busy, the other goes on while that one is being finished.
    var readers: Int {
        memory >= Self.leastMemory(jobs: jobs) + Self.memoryOfReader ? min(jobs, 2) : 1
    }

    /// Lines and chunks that wait for their partition are spilled above this; half of what is left, since what is
    /// taken from the account is at times held twice.
    var waitingBudget: Int {
        max(0, memory - Self.base(jobs: jobs) - (readers - 1) * Self.memoryOfReader) / 2
    }

    /// What an ingest of ordinary events takes beside what waits; for the estimate.
    var workingMemory: Int { (130 << 20) + jobs * Self.memoryPerWorker }
}
