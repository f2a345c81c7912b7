import Ingest

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// From arguments to the files that `ingest` reads.
enum SourceFinder {
    private static let endings = [".gz", ".json", ".jsonl", ".ndjson"]

    /// Files as they are named; folders in depth, by byte order of the paths. A file that does not exist stays in:
    /// reading it gives the error, the others are read.
    static func find(_ arguments: [String]) throws -> [IngestSource] {
        var sources: [IngestSource] = []
        for argument in arguments {
            if argument == "-" {
                sources.append(.standardInput)
                continue
            }
            var info = stat()
            guard stat(argument, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
                sources.append(.file(argument))
                continue
            }
            var paths: [String] = []
            try walk(argument, into: &paths)
            if paths.isEmpty { Notes.warn("\(argument): no *.gz, *.json, *.jsonl or *.ndjson in it") }
            sources += paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { .file($0) }
        }
        return sources
    }

    private static func walk(_ root: String, into paths: inout [String]) throws {
        var folders = [root]
        while let folder = folders.popLast() {
            guard let stream = opendir(folder) else {
                throw UsageError("\(folder): cannot read the folder: \(String(cString: strerror(errno)))")
            }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
                var info = stat()
                guard lstat(path, &info) == 0 else { continue }
                switch info.st_mode & S_IFMT {
                case S_IFDIR:
                    // An archive inside the folder holds no exports.
                    if !isArchive(path) { folders.append(path) }
                case S_IFREG:
                    if endings.contains(where: name.hasSuffix) { paths.append(path) }
                default: break
                }
            }
        }
    }

    private static func isArchive(_ folder: String) -> Bool {
        access(folder + "/catalog.sqlite", F_OK) == 0
    }
}
