#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Who brought an export into the archive, when, and from where. Kept in the audit record, never in a partition.
public struct Custody: Sendable, Equatable {
    /// Who did it.
    public var person: String?
    /// The machine on which it was done.
    public var host: String?
    /// When the export was acquired, as given and understood (UTC).
    public var acquiredAt: String?
    /// Where it was acquired.
    public var acquiredFrom: String?
    public var caseID: String?

    public init(
        person: String? = nil, host: String? = nil, acquiredAt: String? = nil, acquiredFrom: String? = nil,
        caseID: String? = nil
    ) {
        self.person = person
        self.host = host
        self.acquiredAt = acquiredAt
        self.acquiredFrom = acquiredFrom
        self.caseID = caseID
    }

    /// The facts as members of an audit record.
    public var facts: [String: String] {
        var facts: [String: String] = [:]
        facts["operator"] = person
        facts["host"] = host
        facts["acquired_at"] = acquiredAt
        facts["acquired_from"] = acquiredFrom
        facts["case_id"] = caseID
        return facts
    }

    /// Login name of the person at the machine, from the system and not from the environment; nil if it has none.
    public static var loginName: String? {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return nil }
        return String(cString: name)
    }

    /// The machine's name.
    public static var hostName: String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
