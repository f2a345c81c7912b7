import Archive
import Crypto
import Gzip

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which archived exports a new one repeats, and which partial ones it completes.
extension ExportJob {
    /// The export that makes this one superfluous: it has the same content, or completed an export that had.
    func known(_ digest: [UInt8], _ damage: DamageRecord?, in archive: Archive) -> ExportRecord? {
        if let same = archive.exports.first(where: { $0.digest == digest }) {
            return run.options.rebuild || Self.isSounder(damage, than: same.damage) ? nil : same
        }
        let alias = archive.aliases.first { $0.digest == digest }
        return alias.flatMap { alias in archive.exports.first { $0.id == alias.exportID } }
    }

    /// Whether the same content came without the damage that it had.
    private static func isSounder(_ new: DamageRecord?, than old: DamageRecord?) -> Bool {
        guard let old else { return false }
        return new.map { old.isPartial && !$0.isPartial } ?? true
    }

    /// The exports whose place this one takes: that of the same content, then the partial ones that it continues, the
    /// longest first.
    func replaced(_ digest: [UInt8], in present: Archive, _ descriptor: Int32) throws -> [ExportRecord] {
        // A download that ended before its first line says nothing but its name.
        let nameless = candidates.filter { $0.prefixBytes == 0 && $0.fileName == source.name }
        let found = (nameless + continued + (try continuedLate(present, descriptor))).map(\.digest)
        return present.exports
            .filter { $0.digest == digest || ($0.isPartial && found.contains($0.digest)) }
            .sorted { ($0.digest == digest ? .max : $0.prefixBytes) > ($1.digest == digest ? .max : $1.prefixBytes) }
    }

    /// Partial exports that came in while this one was read: its beginning is read again to see if it continues them.
    private func continuedLate(_ present: Archive, _ descriptor: Int32) throws -> [ExportRecord] {
        let seen = candidates.map(\.digest)
        let late = present.exports
            .filter {
                $0.isPartial && !seen.contains($0.digest) && $0.prefixBytes > 0 && $0.prefixBytes <= contentBytes
            }
            .sorted { $0.prefixBytes < $1.prefixBytes }
        // A pipe cannot be read again.
        if late.isEmpty || lseek(descriptor, 0, SEEK_SET) != 0 { return [] }
        let reader = try ContentReader(descriptor: descriptor)
        let memory = RawMemory(capacity: 1 << 20)
        var hasher = SHA256()
        var done: UInt64 = 0
        return try late.filter { export in
            while done < export.prefixBytes {
                let room = Int(min(UInt64(memory.capacity), export.prefixBytes - done))
                let n = try reader.read(into: UnsafeMutableRawBufferPointer(start: memory.base, count: room))
                if n == 0 { return false }
                hasher.update(bufferPointer: UnsafeRawBufferPointer(start: memory.base, count: n))
                done += UInt64(n)
            }
            return Array(hasher.finalize()) == export.prefixDigest
        }
    }

    /// Whether an export comes to more than what it replaces: a rebuild does not.
    static func completes(_ replaced: [ExportRecord], _ record: ExportRecord) -> Bool {
        replaced.contains { $0.digest != record.digest || isSounder(record.damage, than: $0.damage) }
    }
}
