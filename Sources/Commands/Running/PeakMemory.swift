#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The most memory that this process has had resident.
enum PeakMemory {
    /// Bytes; nil if the system does not say.
    static var bytes: UInt64? {
        // getrusage also counts what the parent had before this program was loaded; the kernel's own line does not.
        if let status = SmallFile.text("/proc/self/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                UInt64($0)
            })
        {
            return kibibytes << 10
        }
        #if canImport(Glibc)
            return nil
        #else
            var usage = rusage()
            guard getrusage(RUSAGE_SELF, &usage) == 0 else { return nil }
            return UInt64(clamping: usage.ru_maxrss)
        #endif
    }
}
