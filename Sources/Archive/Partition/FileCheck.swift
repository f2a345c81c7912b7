#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Checks on names and files that an archive, maybe somebody else's, tells us to open.
enum FileCheck {
    /// - Throws: `ArchiveError.hostile` for a symbolic link or anything but a regular file.
    static func regularFile(_ path: String) throws(ArchiveError) {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            throw errno == ENOENT
                ? ArchiveError(
                    .damaged, "the file is missing", path: path,
                    remedy: "restore the file from a copy of the archive; the other partitions stay searchable")
                : .system("cannot look at the file", path: path)
        }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw ArchiveError(.hostile, "not a regular file; symbolic links are not followed", path: path)
        }
    }

    /// The archive's own path without symbolic links: the person who names an archive may use them, the archive may not.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// A partition's name: 32 hexadecimal digits, a dash, digits and `.ctp`; nothing else is ever opened.
    static func isPartitionName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard bytes.count >= 38, bytes.count <= 60, name.hasSuffix(".ctp"), bytes[32] == UInt8(ascii: "-") else {
            return false
        }
        let isHex = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
        let digits = bytes[33..<bytes.count - 4]
        return bytes[..<32].allSatisfy(isHex) && !digits.isEmpty
            && digits.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
            && !digits.contains(UInt8(ascii: "."))
    }
}
