/// The company that all exports talk about: its people, machines, programs and the Internet around it.
///
/// It does not depend on an export's seed: two exports made with different seeds know the same users and hosts,
/// as two exports of one real platform do.
struct Estate: Sendable {
    private let tables: [EntityTable]

    /// Built on first use (some tens of milliseconds).
    static let shared = Estate()

    private init() {
        tables = Entity.allCases.map { entity in
            EntityTable(rows: Estate.rows(entity), columnCount: entity.columns.count, shift: Estate.shift(entity))
        }
    }

    subscript(entity: Entity) -> EntityTable {
        // The tables are in the order of allCases.
        switch entity {
        case .user: tables[0]
        case .host: tables[1]
        case .server: tables[2]
        case .remote: tables[3]
        case .site: tables[4]
        case .sender: tables[5]
        case .proc: tables[6]
        case .file: tables[7]
        case .agent: tables[8]
        case .page: tables[9]
        case .mail: tables[10]
        }
    }

    private static func shift(_ entity: Entity) -> Int {
        switch entity {
        case .user, .host: 12
        case .server, .page, .file: 4
        case .remote: 20
        case .sender: 8
        case .site, .proc, .agent, .mail: 2
        }
    }

    private static func rows(_ entity: Entity) -> [[String]] {
        switch entity {
        case .user: users()
        case .host: hosts()
        case .server: servers()
        case .remote: remotes()
        case .site: sites()
        case .sender: sites().dropFirst(EstateNames.wellKnownSites.count).map { [$0[0], $0[2]] }
        case .proc: programs()
        case .file: files()
        case .agent: EstateNames.agents
        case .page: pages()
        case .mail: mails()
        }
    }
}

// MARK: Rows

extension Estate {
    private static func users() -> [[String]] {
        var random = SplitMix64(seed: 0x75736572)
        let sid = "S-1-5-21-3623811015-3361044348-30300820"
        return (0..<2400).map { index in
            let number = 1104 + index
            if index % 23 == 7 {
                let service = EstateNames.services[random.below(EstateNames.services.count)]
                let name = "svc-\(service)-\(index / 23)"
                return [
                    name, "Service \(service)", "\(name)@halden.example", "\(sid)-\(number)", uuid(&random),
                    String(number),
                ]
            }
            let first = EstateNames.firstNames[random.below(EstateNames.firstNames.count)]
            let last = EstateNames.lastNames[random.below(EstateNames.lastNames.count)]
            let name = "\(first.login).\(last.login)" + (index > 400 ? String(index) : "")
            return [
                name, "\(first.written) \(last.written)", "\(name)@halden.example", "\(sid)-\(number)", uuid(&random),
                String(number),
            ]
        }
    }

    private static func hosts() -> [[String]] {
        var random = SplitMix64(seed: 0x686F7374)
        return (0..<3000).map { index in
            let site = EstateNames.offices[random.below(EstateNames.offices.count)]
            let isServer = index % 9 == 0
            let role = isServer ? ["DC", "SRV", "SQL", "FS"][random.below(4)] : ["WKS", "LAP"][random.below(2)]
            let name = "\(role)-\(site.code)-" + padded(index, 4)
            let address = "10.\(site.network).\(isServer ? 1 : 16 + index / 250).\(index % 250 + 2)"
            let system =
                isServer
                ? ["Windows Server 2019", "Windows Server 2022"][random.below(2)]
                : ["Windows 11 Enterprise", "Windows 10 Enterprise", "Windows 11 Pro"][random.below(3)]
            let tail = hex(&random, 8)
            let end = Array(tail)
            return [
                name, "\(name.lowercased()).corp.halden.example", address,
                "fe80::\(String(tail.prefix(4))):\(String(tail.suffix(4)))", system,
                "00:50:56:\(end[0])\(end[1]):\(end[2])\(end[3]):\(end[4])\(end[5])", hex(&random, 32),
            ]
        }
    }

    private static func servers() -> [[String]] {
        var random = SplitMix64(seed: 0x73727672)
        return (0..<420).map { index in
            let site = EstateNames.offices[random.below(EstateNames.offices.count)]
            let role = EstateNames.serverRoles[random.below(EstateNames.serverRoles.count)]
            let name = "\(role)-\(site.code.lowercased())-" + padded(index, 3)
            return [
                name, "\(name).halden.example", "10.\(site.network).2.\(index % 250 + 2)",
                "2001:db8:\(site.network)::\(String(index + 16, radix: 16))", "i-0" + hex(&random, 16),
            ]
        }
    }

    private static func remotes() -> [[String]] {
        var random = SplitMix64(seed: 0x72656D6F)
        return (0..<16_000).map { index in
            let place = EstateNames.places[random.below(EstateNames.places.count)]
            let network = EstateNames.networks[random.below(EstateNames.networks.count)]
            let address =
                index % 16 == 9
                ? "2a0\(random.below(10)):\(hex(&random, 3)):\(hex(&random, 4))::\(hex(&random, 2))"
                : "\(publicFirstByte(&random)).\(random.below(256)).\(random.below(256)).\(1 + random.below(254))"
            return [address, place.country, network, place.city]
        }
    }

    private static func sites() -> [[String]] {
        var random = SplitMix64(seed: 0x73697465)
        return (0..<3500).map { index in
            let category = EstateNames.categories[random.below(EstateNames.categories.count)]
            let address =
                "\(publicFirstByte(&random)).\(random.below(256)).\(random.below(256)).\(1 + random.below(254))"
            if index < EstateNames.wellKnownSites.count {
                let site = EstateNames.wellKnownSites[index]
                return [site.domain, site.category, address]
            }
            let words = EstateNames.domainWords
            let label = ["www", "cdn", "api", "static", "img", "app", "mail", "edge"][random.below(8)]
            let domain = "\(words[random.below(words.count)])-\(words[random.below(words.count)])"
            return ["\(label).\(domain).example", category, address]
        }
    }

    private static func programs() -> [[String]] {
        var random = SplitMix64(seed: 0x70726F67)
        return EstateNames.programs.map { program in
            let name = program.path.split(separator: "\\").last.map(String.init) ?? program.path
            let parent = program.parent.split(separator: "\\").last.map(String.init) ?? program.parent
            return [
                name, program.path, program.command, parent, program.parent, hex(&random, 64), hex(&random, 32),
                program.company,
            ]
        }
    }

    private static func files() -> [[String]] {
        var random = SplitMix64(seed: 0x66696C65)
        return (0..<1800).map { index in
            let first = EstateNames.firstNames[random.below(EstateNames.firstNames.count)]
            let last = EstateNames.lastNames[random.below(EstateNames.lastNames.count)]
            let folder = EstateNames.folders[random.below(EstateNames.folders.count)]
            let stem = EstateNames.documents[random.below(EstateNames.documents.count)]
            let kind = ["docx", "xlsx", "pdf", "pptx", "zip", "txt", "msg", "csv", "tmp"][random.below(9)]
            let name = "\(stem) \(index % 97).\(kind)"
            return ["C:\\Users\\\(first.login).\(last.login)\\\(folder)\\\(name)", name, kind, hex(&random, 64)]
        }
    }

    private static func pages() -> [[String]] {
        var random = SplitMix64(seed: 0x70616765)
        return (0..<900).map { index in
            let words = EstateNames.pageWords
            var path = ""
            for _ in 0...random.below(3) { path += "/" + words[random.below(words.count)] }
            switch index % 5 {
            case 0: return [path + "/"]
            case 1: return ["\(path)?id=\(random.below(100_000))&lang=\(["en", "fr", "de", "tr"][random.below(4)])"]
            case 2: return [path + ".js?v=\(random.below(50)).\(random.below(10))"]
            case 3: return [path + "/\(random.below(10_000))"]
            default: return [path]
            }
        }
    }

    private static func mails() -> [[String]] {
        var random = SplitMix64(seed: 0x6D61696C)
        return EstateNames.subjects.flatMap { subject in
            (0..<12).map { _ in
                let stem = EstateNames.documents[random.below(EstateNames.documents.count)]
                return [
                    "\(subject) \(1000 + random.below(9000))", "\(stem).\(["pdf", "docx", "xlsx"][random.below(3)])",
                ]
            }
        }
    }

    // MARK: Pieces

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func hex(_ random: inout SplitMix64, _ digits: Int) -> String {
        var bytes: [UInt8] = []
        Template.writeHex(random.next(), digits: digits, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func uuid(_ random: inout SplitMix64) -> String {
        var bytes: [UInt8] = []
        Template.writeUUID(random.next(), upperCase: false, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The first byte of an address that is neither private, loopback, link-local nor multicast.
    private static func publicFirstByte(_ random: inout SplitMix64) -> Int {
        while true {
            let byte = 11 + random.below(212)
            if ![127, 169, 172, 192, 198, 203].contains(byte) { return byte }
        }
    }
}
