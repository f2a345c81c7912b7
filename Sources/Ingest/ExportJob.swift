import Archive
import Crypto
import Events
import Gzip

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads one export and enters it in the archive. One reading thread drives it.
final class ExportJob {
    let run: IngestRun
    let source: IngestSource
    private let label: String
    private let builder: ExportBuilder
    private let number: Int

    private var merkle = MerkleTree()
    private var content = SHA256()
    private(set) var contentBytes: UInt64 = 0
    private var lines: UInt64 = 0
    private var events: UInt64 = 0
    private var undated: UInt64 = 0
    private var minTime = Int64.max
    private var maxTime = Int64.min
    private var endsWithNewline = true
    private var prefix: (digest: SHA256, bytes: UInt64) = (SHA256(), 0)
    private var verified: (bytes: UInt64, lines: UInt64) = (0, 0)
    private var lastLineKind: OtherKind?
    /// Partial exports whose whole content this one may begin with.
    private(set) var candidates: [ExportRecord] = []
    private(set) var continued: [ExportRecord] = []

    init(run: IngestRun, source: IngestSource, label: String, number: Int) {
        self.run = run
        self.source = source
        self.label = label
        self.number = number
        builder = ExportBuilder(
            pool: run.pool, account: run.account, folder: run.writer.temporaryFolder, name: "e\(number)",
            progress: { run.meter.add(number, $0) })
    }

    func perform(turn: Turnstile) -> IngestOutcome {
        do {
            return try ingest(turn: turn)
        } catch {
            return .failed("\(error)")
        }
    }

    private func ingest(turn: Turnstile) throws -> IngestOutcome {
        let started = Clock.seconds()
        let descriptor = try open()
        defer { if descriptor != 0 { close(descriptor) } }
        let before = try run.writer.snapshot()
        if let known = try knownSource(descriptor, in: before), !run.options.rebuild {
            try checkExpectation(known.digest, known.sourceDigest)
            return alreadyIn(known)
        }
        candidates = before.exports.filter(\.isPartial).sorted { $0.prefixBytes < $1.prefixBytes }

        var sourceHasher = SHA256()
        let sourceReader = try withSource(descriptor) { bytes in sourceHasher.update(bufferPointer: bytes) }
        let others = try read(sourceReader)
        try sourceReader.finish()
        let digest = Array(content.finalize())
        let sourceDigest = Array(sourceHasher.finalize())
        try checkExpectation(digest, sourceDigest)
        let root = merkle.finish()
        let damage = damage(of: sourceReader)

        if let known = known(digest, damage, in: before) { return alreadyIn(known) }
        var remainder = ExportRemainder()
        remainder.others = others.blocks
        remainder.merkleRoots = merkle.groupRoots
        remainder.facts = facts(sourceReader, sourceDigest, damage, others)
        let sealed = try builder.finish(remainder: remainder) {
            [writer = run.writer, meter = run.meter, export = self.number] built, number in
            let sealed = try writer.seal(
                built, identity: PartitionIdentity(exportDigest: digest, number: number),
                libraries: LibraryVersions.text)
            meter.add(export) { $0.sealed += built.rawBytes }
            return sealed
        }

        turn.wait(for: number)
        let present = try run.writer.snapshot()
        if let known = known(digest, damage, in: present) { return alreadyIn(known) }
        let replaces = try replaced(digest, in: present, descriptor)
        // The same content first, else the longest beginning: its label is kept.
        let replaced = replaces.first
        let record = ExportRecord(
            label: replaced?.label ?? label, digest: digest, sourceDigest: sourceDigest, fileName: source.name,
            jobID: run.options.jobID ?? replaced?.jobID, note: run.options.note ?? replaced?.note,
            ingestedAt: run.options.now, toolVersion: run.options.toolVersion, fields: run.options.fields, lines: lines,
            events: events, rejects: others.rejects, blanks: others.blanks, undated: undated,
            contentBytes: contentBytes, sourceBytes: sourceReader.sourceBytes,
            minTime: minTime == .max ? nil : minTime, maxTime: maxTime == .min ? nil : maxTime,
            endsWithNewline: endsWithNewline, merkleRoot: root, damage: damage,
            prefixDigest: Array(prefix.digest.finalize()), prefixBytes: prefix.bytes)
        try keepSource(sourceDigest)
        try run.writer.enter(record, partitions: sealed, replaces: replaces, audit: audit(record, replaces))
        return .ingested(summary(record, sealed, replaces, seconds: Clock.seconds() - started))
    }

    // MARK: reading

    private func open() throws -> Int32 {
        switch source {
        case .standardInput: return 0
        case .file(let path):
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw ArchiveError.system("cannot read", path: path) }
            return descriptor
        }
    }

    private func withSource(
        _ descriptor: Int32, _ seen: @escaping (UnsafeRawBufferPointer) -> Void
    ) throws -> ContentReader {
        try ContentReader(descriptor: descriptor, onSource: seen)
    }

    /// An export whose download was this very file, told by size and digest without decompressing it.
    private func knownSource(_ descriptor: Int32, in archive: Archive) throws -> ExportRecord? {
        guard case .file(let path) = source else { return nil }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw ArchiveError.system("cannot look at", path: path) }
        guard info.st_mode & S_IFMT == S_IFREG else { return nil }
        let sameSize = archive.exports.filter { $0.sourceBytes == UInt64(info.st_size) }
        if sameSize.isEmpty { return nil }
        let digest = try FileDigest.sha256(of: path, followingLinks: true).digest
        return sameSize.first { $0.sourceDigest == digest }
    }

    private func read(_ source: ContentReader) throws -> OtherLines {
        var others = try OtherLines()
        let reader = ExportReader(source)
        var waiting: [Pending<LineBatch>] = []
        var hugeLeaf: SHA256?
        var hugeLength: UInt64 = 0
        func drain(to limit: Int) throws {
            while waiting.count > limit {
                try route(try waiting.removeFirst().wait(), &others)
                try builder.relieveMemory()
            }
        }
        while let item = try reader.next() {
            switch item {
            case .batch(let batch):
                // The digest is taken here, in order, while workers are busy with earlier batches.
                hash(batch)
                waiting.append(
                    run.pool.run { worker in
                        worker.classifier.classify(batch)
                        return batch
                    })
                try drain(to: batch.memory.capacity > 8 << 20 ? 0 : run.pool.batchesInFlight)
            case .piece(let memory, let line, let lineOffset, let part, let isLast, let ended):
                try drain(to: 0)
                let bytes = UnsafeRawBufferPointer(start: memory.base, count: memory.count)
                if part == 0 {
                    hugeLeaf = MerkleTree.leafHasher(line: line)
                    hugeLength = 0
                }
                hugeLeaf?.update(bufferPointer: bytes)
                hugeLength += UInt64(bytes.count)
                hashContent(bytes, lineFeed: ended)
                run.meter.add(number) { $0.contentRouted += UInt64(bytes.count) }
                try others.append(
                    bytes, line: line, offset: lineOffset, kind: .tooLong, part: part, isContinued: !isLast)
                if isLast, var leaf = hugeLeaf {
                    merkle.append(leaves: Array(MerkleTree.finishLeaf(&leaf, length: hugeLength)))
                    lines += 1
                    endsWithNewline = ended
                    if ended { prefix = (content, contentBytes) }
                    lastLineKind = .tooLong
                }
            }
            run.meter.add(number) { work in
                work.sourceRead = source.sourceBytes
                work.contentRead = contentBytes
            }
            if !run.options.force { try DiskReserve.check(folder: run.writer.path) }
        }
        try drain(to: 0)
        try others.flush()
        if source.verifiedContentBytes >= contentBytes { verified = (contentBytes, lines) }
        return others
    }

    private func hash(_ batch: LineBatch) {
        let base = batch.memory.base
        let end = batch.memory.count
        var at = 0
        for candidate in candidates
        where candidate.prefixBytes > contentBytes && candidate.prefixBytes <= contentBytes + UInt64(end - at) {
            // Candidates come in ascending order of length.
            let upTo = at + Int(candidate.prefixBytes - contentBytes)
            content.update(bufferPointer: UnsafeRawBufferPointer(start: base + at, count: upTo - at))
            contentBytes += UInt64(upTo - at)
            at = upTo
            var copy = content
            if Array(copy.finalize()) == candidate.prefixDigest { continued.append(candidate) }
            copy = SHA256()
        }
        var lineEnd = end
        if !batch.endsWithNewline {
            while lineEnd > at, base[lineEnd - 1] != 0x0A { lineEnd -= 1 }
        }
        content.update(bufferPointer: UnsafeRawBufferPointer(start: base + at, count: lineEnd - at))
        contentBytes += UInt64(lineEnd - at)
        prefix = (content, contentBytes)
        content.update(bufferPointer: UnsafeRawBufferPointer(start: base + lineEnd, count: end - lineEnd))
        contentBytes += UInt64(end - lineEnd)
    }

    private func hashContent(_ bytes: UnsafeRawBufferPointer, lineFeed: Bool) {
        content.update(bufferPointer: bytes)
        contentBytes += UInt64(bytes.count)
        if lineFeed {
            withUnsafeBytes(of: UInt8(0x0A)) { content.update(bufferPointer: $0) }
            contentBytes += 1
        }
    }

    // MARK: routing

    private func route(_ batch: LineBatch, _ others: inout OtherLines) throws {
        merkle.append(leaves: batch.leaves)
        let base = UnsafePointer(batch.memory.base)
        var eventsHere: UInt64 = 0
        var eventBytes: UInt64 = 0
        for (i, info) in batch.lines.enumerated() {
            let line = batch.firstLine + UInt64(i)
            guard info.kind == LineInfo.Kind.event.rawValue else {
                let isUnfinished = !batch.endsWithNewline && i == batch.lines.count - 1
                try others.append(
                    UnsafeRawBufferPointer(start: base + info.start, count: info.length), line: line,
                    offset: batch.contentOffset + UInt64(info.start), kind: otherKind(info.kind, isUnfinished))
                continue
            }
            eventsHere += 1
            eventBytes += UInt64(info.length) + 1
            if info.time == undatedTime {
                undated += 1
            } else {
                minTime = min(minTime, info.time)
                maxTime = max(maxTime, info.time)
            }
            try builder.add(
                base + info.start,
                EventRow(
                    line: line, time: info.time, nanoseconds: Int32(info.nanoseconds),
                    length: UInt32(truncatingIfNeeded: info.length)))
        }
        countVerified(batch)
        lines += UInt64(batch.lines.count)
        events += eventsHere
        endsWithNewline = batch.endsWithNewline
        run.meter.add(number) { work in
            work.contentRouted += UInt64(batch.memory.count)
            work.eventBytes += eventBytes
            work.events += eventsHere
        }
    }

    private func otherKind(_ kind: UInt8, _ isUnfinished: Bool) -> OtherKind {
        switch LineInfo.Kind(rawValue: kind) {
        case .blank: .blank
        case .notAnObject: .notAnObject
        case .invalidUTF8: .invalidUTF8
        case .tooLong: .tooLong
        case .tooDeep: .tooDeep
        case .notJSON, .unfinished, .event, nil: isUnfinished ? .unfinished : .notJSON
        }
    }

    /// Counts the lines that lie wholly in verified content, whose end falls into some batch.
    private func countVerified(_ batch: LineBatch) {
        let end = batch.contentOffset + UInt64(batch.memory.count)
        let border = batch.verifiedBytes
        guard border >= batch.contentOffset, border > verified.bytes || border == batch.contentOffset else { return }
        if border >= end {
            verified = (end, lines + UInt64(batch.lines.count))
            return
        }
        var count: UInt64 = 0
        for info in batch.lines
        where batch.contentOffset + UInt64(info.start + info.length + 1) <= border { count += 1 }
        verified = (border, lines + count)
    }

    private func damage(of reader: ContentReader) -> DamageRecord? {
        guard let damage = reader.damage else { return nil }
        return DamageRecord(
            reason: damage.reason.rawValue, detail: damage.detail, sourceOffset: damage.compressedOffset,
            contentOffset: damage.contentOffset, verifiedBytes: reader.verifiedContentBytes,
            verifiedLines: verified.lines, isPartial: damage.reason != .trailingGarbage)
    }

    // MARK: evidence

    private func checkExpectation(_ digest: [UInt8], _ sourceDigest: [UInt8]) throws {
        guard let expected = run.options.expectedDigest, expected != digest, expected != sourceDigest else { return }
        throw ArchiveError(
            .damaged,
            "the file's SHA-256 is \(Hex.text(sourceDigest)) and its content's is \(Hex.text(digest)): neither is the "
                + "expected \(Hex.text(expected)); nothing was archived", path: source.name)
    }

    private func keepSource(_ digest: [UInt8]) throws {
        guard run.options.keepsSource else { return }
        guard case .file(let path) = source else {
            throw ArchiveError(
                .usage, "standard input cannot be kept", remedy: "give the download as a file with --keep-source")
        }
        try run.writer.keepSource(path, digest: digest)
    }

    // MARK: results

    private func alreadyIn(_ known: ExportRecord) -> IngestOutcome {
        var message: String?
        if let wanted = run.options.fields, wanted != known.fields {
            message = "it was ingested with other --fields; use --rebuild to build it anew"
        } else if let label = run.options.label, Labels.clean(label) != known.label {
            message = "it has the label \(known.label)"
        }
        return .alreadyIn(label: known.label, message: message)
    }

    /// What `repair` needs to describe the export again. Nothing about time, place or names: those are in the audit log.
    private func facts(
        _ reader: ContentReader, _ sourceDigest: [UInt8], _ damage: DamageRecord?, _ others: OtherLines
    ) -> [(key: String, value: String)] {
        var facts: [(String, String)] = [
            ("source_digest", Hex.text(sourceDigest)), ("source_bytes", "\(reader.sourceBytes)"),
            ("content_bytes", "\(contentBytes)"), ("lines", "\(lines)"), ("events", "\(events)"),
            ("rejects", "\(others.rejects)"), ("blanks", "\(others.blanks)"), ("undated", "\(undated)"),
            ("ends_with_newline", endsWithNewline ? "1" : "0"),
            ("fields", (run.options.fields ?? ["*"]).joined(separator: "\u{1F}")),
        ]
        if let damage {
            facts += [
                ("damage", damage.reason), ("damage_detail", damage.detail),
                ("damage_source_offset", "\(damage.sourceOffset)"), ("verified_bytes", "\(damage.verifiedBytes)"),
                ("verified_lines", "\(damage.verifiedLines)"),
            ]
        }
        return facts
    }

    private func audit(_ record: ExportRecord, _ replaced: [ExportRecord]) -> [String: String] {
        var facts = [
            "action": replaced.isEmpty ? "ingest" : Self.completes(replaced, record) ? "complete" : "rebuild",
            "at": Instant(microseconds: record.ingestedAt).formatted(), "label": record.label,
            "export": Hex.text(record.digest), "source": Hex.text(record.sourceDigest), "file": record.fileName,
            "events": "\(record.events)", "lines": "\(record.lines)", "rejects": "\(record.rejects)",
            "merkle_root": Hex.text(record.merkleRoot), "tool": record.toolVersion,
        ]
        facts["build"] = LibraryVersions.build
        if let job = record.jobID { facts["job_id"] = job }
        if let note = record.note { facts["note"] = note }
        if !replaced.isEmpty { facts["replaces"] = replaced.map { Hex.text($0.digest) }.joined(separator: " ") }
        if let damage = record.damage { facts["damage"] = damage.reason }
        if case .file(let path) = source { facts["path"] = Self.absolute(path) }
        if run.options.keepsSource { facts["kept_source"] = KeptSources.folder + "/" + Hex.text(record.sourceDigest) }
        facts.merge(run.options.custody.facts) { _, custody in custody }
        return facts
    }

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    private func summary(
        _ record: ExportRecord, _ sealed: [ArchiveWriter.Sealed], _ replaced: [ExportRecord], seconds: Double
    ) -> IngestSummary {
        var unverified: ClosedRange<UInt64>?
        if let damage = record.damage, damage.verifiedLines < record.lines {
            unverified = damage.verifiedLines + 1...record.lines
        }
        let completes = Self.completes(replaced, record)
        let gone = replaced.map(\.digest)
        let namesake = candidates.first { $0.fileName == record.fileName && !gone.contains($0.digest) }
        return IngestSummary(
            label: record.label, digest: record.digest, lines: record.lines, events: record.events,
            rejects: record.rejects, blanks: record.blanks, undated: record.undated, minTime: record.minTime,
            maxTime: record.maxTime, contentBytes: record.contentBytes, sourceBytes: record.sourceBytes,
            archiveBytes: sealed.reduce(0) { $0 + $1.bytes }, partitions: sealed.count, damage: record.damage?.detail,
            isPartial: record.isPartial, unverifiedLines: unverified,
            completed: completes ? replaced.map(\.label).joined(separator: ", ") : nil,
            message: namesake.map {
                "the partial export \($0.label) has the same file name, but its content is not the beginning of this "
                    + "one: both are kept"
            }, seconds: seconds)
    }
}
