import Archive

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells from the beginnings of the sources what an ingest will cost. No figure of any data set is in it: sizes and
/// speed come from encoding a part of the sample.
public enum IngestEstimator {
    /// Decompressed bytes that are looked at, over all sources.
    private static let sampleBytes = 12 << 20
    /// Files whose beginning is read; others are taken to be like them.
    private static let sampledFiles = 8

    /// Nil if no source is a regular file with something in it, or an archive that is there cannot be read.
    ///
    /// Takes about a quarter of a second and writes nothing. Standard input and pipes are not counted in.
    ///
    /// - Parameters:
    ///   - present: exports that are in the archive.
    ///   - known: whether the archive has a file already, so that it will be skipped; given its path and size.
    public static func estimate(
        _ sources: [IngestSource], options: IngestOptions, present: Int,
        known: (_ path: String, _ bytes: UInt64) -> Bool
    ) -> IngestEstimate? {
        let files = regularFiles(sources).filter { !known($0.path, $0.bytes) }
        let step = max(1, (files.count + sampledFiles - 1) / sampledFiles)
        let chosen = stride(from: 0, to: files.count, by: step).map { files[$0] }
        let limit = max(1, sampleBytes / max(1, chosen.count))
        let samples = chosen.compactMap { file in
            SourceSample.take(file.path, limit: limit).map { (path: file.path, sample: $0) }
        }
        let looked = samples.reduce(0.0) { $0 + Double($1.sample.contentBytes) }
        guard looked > 0, let trial = try? EncodingTrial(joined(samples.map(\.sample)), selection: options.selection)
        else {
            return nil
        }
        let packed = samples.reduce(0.0) { $0 + Double($1.sample.contentBytes) / $1.sample.expansion }
        let own = Dictionary(samples.map { ($0.path, $0.sample.expansion) }, uniquingKeysWith: { first, _ in first })
        let content = files.reduce(0.0) { $0 + Double($1.bytes) * (own[$1.path] ?? looked / packed) }
        let reading = samples.reduce(0.0) { $0 + $1.sample.secondsPerByte * Double($1.sample.contentBytes) } / looked
        return IngestEstimate(
            files: files, present: present, content: content, trial: trial, readingPerByte: reading, options: options)
    }

    /// Bytes of all sources that are regular files.
    public static func bytes(of sources: [IngestSource]) -> UInt64 {
        regularFiles(sources).reduce(0) { $0 + $1.bytes }
    }

    private static func regularFiles(_ sources: [IngestSource]) -> [(path: String, bytes: UInt64)] {
        sources.compactMap { source in
            guard case .file(let path) = source else { return nil }
            var info = stat()
            guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size > 0 else { return nil }
            return (path, UInt64(info.st_size))
        }
    }

    private static func joined(_ samples: [SourceSample]) -> RawMemory {
        if samples.count == 1 { return samples[0].lines }
        let all = RawMemory(capacity: samples.reduce(0) { $0 + $1.lines.count + 1 })
        for sample in samples where sample.lines.count > 0 {
            (all.base + all.count).update(from: sample.lines.base, count: sample.lines.count)
            all.count += sample.lines.count
            if all.base[all.count - 1] != 0x0A {
                all.base[all.count] = 0x0A
                all.count += 1
            }
        }
        return all
    }
}

extension IngestEstimate {
    /// A partition of one event (52 KiB), and what the catalog and the audit log say of it.
    private static let bytesPerExport = 56.0 * 1024
    /// What an export takes beside its content: its transaction is on disk before the next one's begins.
    private static let secondsPerExport = 0.0045
    /// What it takes more for each export that is in the archive already, since the catalog is read anew. Both measured with
    /// 1,000 and 5,000 files of 40 events (docs/decisions.md, 32a).
    private static let secondsPerPresentExport = 2.5e-6

    init(
        files: [(path: String, bytes: UInt64)], present: Int, content: Double, trial: EncodingTrial,
        readingPerByte: Double, options: IngestOptions
    ) {
        let exports = Double(files.count)
        let archive = content * trial.archivePerByte + exports * Self.bytesPerExport
        let readers = Double(min(files.count, options.readers))
        let largest = Double(files.map(\.bytes).max() ?? 0) / Double(max(1, files.reduce(0) { $0 + $1.bytes }))
        let atOnce = min(content, content * largest * readers)
        // What waits for its partition: everything where times jump back by days; else the day that is being read and
        // the one before, or a partition that is full.
        var open = atOnce
        if trial.backwards <= 0.01 {
            let days = trial.spanDays * atOnce / Double(max(1, trial.sampledBytes))
            let day = max(atOnce / max(days, 1), Double(CutRules.ownPartition))
            open = min(atOnce, 2 * day, Double(CutRules.partitionBytes) * readers)
        }
        let waiting = open * trial.waitingPerByte
        let budget = Double(options.waitingBudget)
        let busy = content * (readingPerByte + trial.secondsPerByte) / WorkShares.upToEncoding
        let workers = Double(max(1, options.jobs))
        self.init(
            sources: files.count, sourceBytes: files.reduce(0) { $0 + $1.bytes },
            events: UInt64(content * trial.eventsPerByte), contentBytes: UInt64(content),
            archiveBytes: UInt64(archive), temporaryBytes: UInt64(max(0, waiting - budget)),
            memoryBytes: UInt64(min(Double(options.memory), Double(options.workingMemory) + min(waiting, budget))),
            seconds: max(content * readingPerByte / min(readers, workers), busy / workers)
                + exports * (Self.secondsPerExport + (Double(present) + exports / 2) * Self.secondsPerPresentExport))
    }
}
