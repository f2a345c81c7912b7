#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The partition files that are here, read once.
struct PartitionFiles {
    let names: [String]
    private var byExport: [String: [[PartitionDescription]]] = [:]
    /// By name, what is wrong with files that cannot be read.
    private var failures: [(name: String, error: any Error)] = []
    private let archive: String

    var digests: [String] { byExport.keys.sorted() }

    init(archive: String, progress: (UInt64, UInt64) -> Void) throws {
        self.archive = archive
        names = try CatalogLoss.partitionNames(archive)
        let sizes = names.map { name -> UInt64 in
            var info = stat()
            return lstat(archive + "/partitions/" + name, &info) == 0 ? UInt64(clamping: info.st_size) : 0
        }
        let total = sizes.reduce(0, +)
        var done: UInt64 = 0
        var found: [String: [String: [PartitionDescription]]] = [:]
        for (name, size) in zip(names, sizes) {
            do {
                let description = try PartitionDescription(archive: archive, file: name)
                found[Hex.text(description.exportDigest), default: [:]][Self.build(of: name), default: []]
                    .append(description)
            } catch {
                failures.append((name, error))
            }
            done += size
            progress(done, total)
        }
        for (export, builds) in found {
            // The newest build first.
            byExport[export] = builds.sorted { ($0.key.utf8.count, $0.key) > ($1.key.utf8.count, $1.key) }.map {
                $0.value.sorted { $0.record.number < $1.record.number }
            }
        }
    }

    /// - Parameter known: digests of exports whose files are looked at one by one.
    /// - Throws: the first error of another file that cannot be read.
    func checkAllAreRead(but known: Set<String>) throws {
        let names = Set(known.map { $0.prefix(32) })
        if let failure = failures.first(where: { !names.contains($0.name.prefix(32)) }) { throw unreadable(failure) }
    }

    private func unreadable(_ failure: (name: String, error: any Error)) -> ArchiveError {
        ArchiveError(
            .damaged, describe(failure.error), path: archive + "/partitions/" + failure.name,
            remedy: "put it back from a copy of the archive, or move the files of its export away and ingest it again; "
                + "nothing was changed")
    }

    /// What stands before the last six digits of a partition's number: a later build of the same export has another.
    private static func build(of name: String) -> String {
        String(name.dropFirst(33).dropLast(4).dropLast(6))
    }

    /// The partitions of an export by number, newest build first; nil: there is no file of it.
    ///
    /// - Throws: the first error of a file that has the export's name and cannot be read.
    func sets(of digest: String) throws -> [[PartitionDescription]]? {
        if let failure = failures.first(where: { $0.name.hasPrefix(digest.prefix(32)) }) {
            throw unreadable(failure)
        }
        return byExport[digest]
    }
}
