/// Texts of values as security events hold them, ordinary and odd. Small vocabularies, so that events share values.
struct RandomValues {
    var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    static let words = [
        "failed", "Failed", "login", "password", "for", "root", "alice", "admin", "Administrator", "from", "port",
        "mimikatz", "evil", "evil_x", "user_42", "cmd.exe", "accepted", "BLOCKED", "10.0.0.1", "443", "TCP", "k8s",
        "kernel", "KERNEL", "a", "é", "Straße", "error:", "(sudo)", "C:\\Windows\\System32\\cmd.exe", "/usr/bin/ssh",
    ]

    /// Scalars assigned long ago only: the frozen tables and the runtime may differ in their Unicode version.
    static let oddities = [
        "", " ", "\t", "...", "--", "!!!", "_", "a_b", "*", "what?.txt", "a*b", "\\", "\"quoted\"", "null", "true",
        "İstanbul", "istanbul", "\u{17F}traße", "straße", "STRASSE", "STRA\u{1E9E}E", "e\u{301}tude", "étude", "ÉTUDE",
        "\u{212A}elvin", "kelvin", "KELVIN", "\u{212B}ngstr\u{F6}m", "ångström", "ΣΊΣΥΦΟΣ", "σίσυφος", "Ⅷ", "ⅷ",
        "日本語", "日本", "naïve", "\u{E000}private\u{E001}", "😀 smile", "a😀b", "x\u{0}y", "\u{FFFD}", "line\nbreak",
        "tab\there", "form\u{C}feed", "no\u{A0}break", "zero\u{200B}width", "ДМИТРИЙ", "дмитрий", "\u{1C4}", "\u{1C5}",
        "\u{1C6}", "५५", "x²", "#!/bin/sh", "a-b", "a.b.c", "foo/bar", "\u{301}mark first", "end with space ",
    ]

    static let names = [
        "alice", "Alice", "ALICE", "bob", "root", "Root", "svc-backup", "O'Brien", "administrator", "admin", "adm1n",
    ]
    static let domains = [
        "evil.com", "evil.example.org", "EVIL.com", "www.evil.com", "good.example.org", "xn--bcher-kva.example",
    ]
    static let paths = [
        "C:\\Windows\\System32\\cmd.exe", "c:\\windows\\system32\\cmd.exe", "C:\\Windows\\", "/usr/bin/ssh",
        "/tmp/malware", "\\\\srv\\share\\x", "/tmp/what?.txt", "/tmp/a*b", "powershell.exe -enc SQBFAFgA",
        "pwsh -enc x",
    ]
    static let categories = ["network", "web", "process", "authentication", "file", "Network"]
    static let addresses = [
        "10.0.0.1", "10.0.0.12", "10.1.2.3", "192.168.1.10", "192.168.1.255", "145.3.2.1", "255.255.255.255", "0.0.0.0",
        "fe80::1", "FE80:0::1", "fe80:0:0:0:0:0:0:1", "fe80::0001", "fe80::2", "2001:db8::1", "2001:DB8:0:0::1",
        "2001:db8::10.0.0.1", "::ffff:10.0.0.1", "::ffff:a00:1", "::", "::1", "1::", "10.0.0.01", "10.0.0.256",
        "fe80::1%eth0", "10.0.0", "fe80:::1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8", "12345::1",
    ]
    static let networks = [
        "10.0.0.0/8", "10.255.0.1/8", "10.0.0.0/24", "10.0.0.1/32", "0.0.0.0/0", "192.168.1.128/25", "145.0.0.0/9",
        "fe80::/10", "FE80::/64", "2001:db8::/32", "::/0", "::1/128", "::ffff:10.0.0.0/104", "10.0.0.0/33", "10.0.0.0/",
        "10.0.0.0/8/8",
    ]
    /// JSON numbers; groups of them have one value.
    static let numbers = [
        "443", "443.0", "4.43e2", "4430e-1", "4.430E+2", "-443", "0", "0.0", "-0", "0e5", "1", "1.5", "15e-1", "-1.5",
        "80",
        "8080", "1024", "49152", "4624", "4625", "4634", "100", "200", "42", "42.000001", "9007199254740992",
        "9007199254740993", "9007199254740992.5", "123456789012345678901234567890", "123456789012345678901234567891",
        "1.2345678901234567890123456789e29", "1e25", "10000000000000000000000000", "1E-7", "0.0000001",
        "18446744073709551616", "-9223372036854775809", "0.1", "0.30000000000000004", "3e-1",
    ]
    /// Texts that look like numbers and may be some.
    static let numberTexts = [
        "443", "0443", "443.0", " 443", "443 ", "4.43e2", "+443", "0x1bb", "1.", ".5", "-0", "4624", "1e5", "1_000",
        "٤٤٣",
    ]
    static let times = [
        "2026-01-31T10:00:00Z", "2026-01-31T11:00:00+01:00", "2026-01-31T10:00:00.000Z", "2026-01-31 10:00:00",
        "2026-01-31T10:00:00.000000001Z", "2026-01-31T10:00", "2026-01-31", "2026-01-31T23:30:00-0130",
        "2026-02-01T00:00:00Z", "2026-02-01", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59.999999999Z",
        "2025-12-31T23:59:59.9999999999Z", "2024-02-29", "2025-02-29", "2026-01", "2026", "2026-01-31T10:00:60Z",
        "2026-01-31T24:00:00Z", "2026-01-31t10:00:00z", "2026-01-31T10:00:00+01", "2026-01-31T10Z",
        "2026-01-31T10:00:00.Z", "31/01/2026", "1969-12-31T23:59:59.5Z", "2026-1-31", "2026-01-31T10:00:00 Z",
    ]
    /// 2026-01-31T10:00:00Z and others in seconds, milliseconds, microseconds and nanoseconds.
    static let timeNumbers = [
        "1769853600", "1769853600000", "1769853600000000", "1769853600000000000", "1769853600.0", "1.7698536e9",
        "1769853600.000000001", "1769853600123", "1769853600123456789", "0", "-1", "-0.5", "99999999999",
        "100000000000",
        "1767225600", "1769904000", "2026", "1e30", "17698536000000e-4",
    ]
    static let dates = [
        "2026", "2025", "2026-01", "2026-02", "2025-12", "2026-01-31", "2026-02-01", "2026-01-01", "2024-02-29",
        "2027-01-01",
        "2026-01-31T10:00:00Z", "2026-01-31T10:00", "2026-01-31T11:00:00+01:00", "2026-01-31 10:00:00.000000001",
        "1969-12-31",
    ]

    /// More than the 128 bytes at which terms are cut, some equal up to there.
    mutating func longToken() -> String {
        let body = random.pick([
            String(repeating: "a", count: 128), String(repeating: "é", count: 70), String(repeating: "b", count: 127),
        ])
        return body + random.pick(["", "x", "y", "xyz", "é", "ÉÉ", " tail", ".tail"])
    }

    mutating func sentence() -> String {
        var text = ""
        for index in 0..<random.int(1...9) {
            if index > 0 { text += random.pick([" ", " ", " ", " ", ", ", "-", "\n", "  ", "=", "_", ""]) }
            text += random.chance(15) ? random.pick(Self.oddities) : random.pick(Self.words)
        }
        if random.chance(4) { text += " " + longToken() }
        return text
    }

    mutating func anyText() -> String {
        switch random.int(0...9) {
        case 0: random.pick(Self.words)
        case 1, 2: random.pick(Self.oddities)
        case 3: random.pick(Self.addresses)
        case 4: random.pick(Self.numberTexts)
        case 5: random.pick(Self.times)
        case 6: random.pick(Self.names)
        case 7: random.pick(Self.networks)
        case 8: random.chance(30) ? longToken() : random.pick(Self.paths)
        default: sentence()
        }
    }
}
