#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The rules of one time zone, read from a TZif file (RFC 8536) of the machine's zone database.
///
/// Read here and not through Foundation, whose loading alone takes longer than a whole query.
struct ZoneFile: Hashable, Sendable {
    /// Seconds since 1970 at which the offset changes, ascending.
    private let transitions: [Int64]
    /// Offset from each transition on, in seconds east of UTC.
    private let offsets: [Int32]
    /// Before the first transition.
    private let firstOffset: Int32
    /// After the last transition, where the file gives a rule.
    private let rule: ZoneRule?

    /// Seconds east of UTC at an instant.
    ///
    /// - Parameter seconds: since 1970, UTC.
    func offset(at seconds: Int64) -> Int {
        if let rule, transitions.last.map({ seconds >= $0 }) ?? true { return rule.offset(at: seconds) }
        // The first transition later than the instant.
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return Int(low == 0 ? firstOffset : offsets[low - 1])
    }
}

// MARK: - Finding the file

extension ZoneFile {
    private static let folders = [
        "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/var/db/timezone/zoneinfo",
    ]
    /// The largest zone has 4 KB; anything much larger is no zone.
    private static let largestFile = 1 << 18

    /// The zone of an IANA name (`Europe/Paris`); nil if the machine does not know it.
    static func named(_ name: String) -> ZoneFile? {
        guard isName(name) else { return nil }
        for folder in folders {
            if let bytes = contents(of: "\(folder)/\(name)"), let zone = ZoneFile(bytes) { return zone }
        }
        return nil
    }

    /// The zone of the machine; nil if it has none (it is UTC then).
    static func ofMachine() -> ZoneFile? {
        contents(of: "/etc/localtime").flatMap(ZoneFile.init)
    }

    /// Words of letters, digits, `_`, `+`, `-` between slashes: no way out of the folder.
    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 100
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { word in
                !word.isEmpty
                    && word.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
                            UInt8(ascii: "-"):
                            true
                        default: false
                        }
                    }
            }
    }

    private static func contents(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= largestFile
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                let space = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                return read(descriptor, space.baseAddress, space.count)
            }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }
}

// MARK: - Reading the file

extension ZoneFile {
    /// nil if the bytes are not a well-formed TZif file.
    init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard var header = Header(&reader) else { return nil }
        var timeSize = 4
        if header.version >= UInt8(ascii: "2") {
            // The same again with 64-bit times.
            guard reader.skip(header.bodySize(timeSize: 4)), let second = Header(&reader) else { return nil }
            header = second
            timeSize = 8
        }
        guard header.types >= 1, reader.rest >= header.bodySize(timeSize: timeSize) else { return nil }

        let times = (0..<header.transitions).map { _ in reader.integer(timeSize) }
        let kinds = (0..<header.transitions).map { _ in Int(reader.integer(1) & 0xFF) }
        let types = (0..<header.types).map { _ in
            let offset = Int32(truncatingIfNeeded: reader.integer(4))
            _ = reader.skip(2)
            return offset
        }
        _ = reader.skip(header.abbreviations + header.leaps * (timeSize + 4) + header.standards + header.universals)

        guard kinds.allSatisfy({ $0 < types.count }), types.allSatisfy({ $0.magnitude < 26 * 3600 }),
            zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        transitions = times
        offsets = kinds.map { types[$0] }
        firstOffset = types[0]
        let footer = reader.remaining.dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        rule = timeSize == 8 ? ZoneRule(String(decoding: footer, as: UTF8.self)) : nil
    }

    private struct Header {
        var version: UInt8
        var universals, standards, leaps, transitions, types, abbreviations: Int

        init?(_ reader: inout ByteReader) {
            guard reader.rest >= 44, reader.bytes[reader.position..<reader.position + 4].elementsEqual("TZif".utf8)
            else { return nil }
            version = reader.bytes[reader.position + 4]
            _ = reader.skip(20)
            let counts = (0..<6).map { _ in Int(reader.integer(4)) }
            guard counts.allSatisfy({ $0 >= 0 && $0 <= ZoneFile.largestFile }) else { return nil }
            (universals, standards, leaps) = (counts[0], counts[1], counts[2])
            (transitions, types, abbreviations) = (counts[3], counts[4], counts[5])
        }

        func bodySize(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + abbreviations + leaps * (timeSize + 4) + standards + universals
        }
    }

    private struct ByteReader {
        let bytes: [UInt8]
        var position = 0

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        var rest: Int { bytes.count - position }
        var remaining: ArraySlice<UInt8> { bytes[position...] }

        mutating func skip(_ count: Int) -> Bool {
            guard count <= rest else { return false }
            position += count
            return true
        }

        /// Big-endian, two's complement. The caller has checked that the bytes are there.
        mutating func integer(_ size: Int) -> Int64 {
            var value: Int64 = bytes[position] & 0x80 != 0 && size > 1 ? -1 : 0
            for byte in bytes[position..<position + size] { value = value << 8 | Int64(byte) }
            position += size
            return value
        }
    }
}
