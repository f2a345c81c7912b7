#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many processors this process may really use: what the machine has, what its affinity allows, and what the
/// control group pays for (a container with 2 of 64 processors must not start 64 threads).
enum UsableProcessors {
    /// At least 1.
    static var count: Int {
        max(1, min(affinity ?? configured, quota ?? .max))
    }

    private static var configured: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// What `sched_getaffinity` would say, as the kernel prints it: `Cpus_allowed:	ffffffff,00000003`.
    private static var affinity: Int? {
        guard let status = SmallFile.text("/proc/self/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") })
        else { return nil }
        return line.dropFirst("Cpus_allowed:".count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    }

    /// `cpu.max` of control group version 2: the lowest of the own group and those above it.
    private static var quota: Int? {
        guard let own = SmallFile.text("/proc/self/cgroup"),
            let line = own.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
        else { return nil }
        var parts = line.dropFirst("0::/".count).split(separator: "/")
        var least: Int?
        while true {
            let folder = "/sys/fs/cgroup" + parts.map { "/" + $0 }.joined()
            if let text = SmallFile.text(folder + "/cpu.max"), let processors = parse(text) {
                least = min(least ?? .max, processors)
            }
            if parts.isEmpty { return least }
            parts.removeLast()
        }
    }

    /// `200000 100000` is 2 processors, `max 100000` no limit; a part of a processor counts as one.
    static func parse(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0, period > 0 else {
            return nil
        }
        return max(1, (quota + period - 1) / period)
    }
}

/// Files of the kernel, of a few lines.
enum SmallFile {
    /// The first 64 KB as text; nil if it cannot be read.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
}
