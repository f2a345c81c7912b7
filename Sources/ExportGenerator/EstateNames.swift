/// The words the estate is made of. Everything is invented; the domains of the tail end in `.example` (RFC 2606).
enum EstateNames {
    struct Name: Sendable {
        var login: String
        var written: String
    }

    struct Office: Sendable {
        var code: String
        /// The second byte of its 10.x network.
        var network: Int
    }

    static let firstNames: [Name] = names([
        "ana", "ben", "carla", "dmitri:Дмитрий", "elena", "farid", "grace", "hugo", "ines:Inês", "jonas", "karim",
        "lea:Léa", "marco",
        "nadia", "omar:Ömer", "paula", "quentin", "rosa", "sami", "tara", "élodie:Élodie", "ipek:İpek", "olga:Ольга",
        "søren:Søren",
        "wei:伟", "yuki", "zoe:Zoë", "andré:André", "lukasz:Łukasz", "maria:María",
    ])

    static let lastNames: [Name] = names([
        "moreau", "silva", "novak:Novák", "haddad", "kim", "rossi", "dubois", "weber", "ivanov:Иванов", "garcia:García",
        "chen:陈",
        "okafor", "lopez:López", "martin", "diallo", "müller:Müller", "yildiz:Yıldız", "petrova:Петрова", "strand",
        "o'brien:O'Brien",
        "lefèvre:Lefèvre", "kowalski", "nguyen:Nguyễn", "jensen", "costa", "straße:Straße",
    ])

    private static func names(_ list: [String]) -> [Name] {
        list.map { entry in
            let parts = entry.split(separator: ":").map(String.init)
            return Name(
                login: parts[0],
                written: parts.count > 1 ? parts[1] : parts[0].prefix(1).uppercased() + parts[0].dropFirst())
        }
    }

    static let services = ["backup", "sql", "deploy", "scan", "web", "jenkins", "monitor", "print", "sync", "mail"]

    static let offices = [
        Office(code: "PAR", network: 20), Office(code: "BER", network: 24), Office(code: "MAD", network: 28),
        Office(code: "IST", network: 32),
        Office(code: "NYC", network: 40), Office(code: "LYO", network: 44),
    ]

    static let serverRoles = ["web", "app", "db", "mx", "ns", "git", "ci", "k8s", "vpn", "log", "proxy", "bastion"]

    static let places: [(country: String, city: String)] = [
        ("FR", "Paris"), ("FR", "Lyon"), ("DE", "Frankfurt am Main"), ("DE", "München"), ("US", "Ashburn"),
        ("US", "San José"), ("NL", "Amsterdam"),
        ("GB", "London"), ("TR", "İstanbul"), ("ES", "Madrid"), ("BR", "São Paulo"), ("IN", "Mumbai"),
        ("CN", "Shanghai"), ("RU", "Москва"),
        ("JP", "Tokyo"), ("SE", "Malmö"), ("PL", "Łódź"), ("IE", "Dublin"),
    ]

    static let networks = [
        "Contoso Cloud", "Northwind Hosting", "Fabrikam Telecom", "Tailspin CDN", "Litware Mobile",
        "Proseware Backbone", "Adatum Broadband",
        "Wingtip Datacenters", "Lucerne Fibre", "Relecloud",
    ]

    static let wellKnownSites: [(domain: String, category: String)] = [
        ("login.microsoftonline.com", "Authentication"), ("outlook.office365.com", "Web-based Email"),
        ("www.google.com", "Search Engines"),
        ("teams.microsoft.com", "Collaboration"), ("settings-win.data.microsoft.com", "Telemetry"),
        ("ctldl.windowsupdate.com", "Software Updates"),
        ("github.com", "Technology"), ("s3.eu-west-3.amazonaws.com", "Cloud Storage"),
        ("fonts.gstatic.com", "Content Servers"),
        ("www.youtube.com", "Streaming Media"), ("update.googleapis.com", "Software Updates"),
        ("ocsp.digicert.com", "Certificate Services"),
        ("slack.com", "Collaboration"), ("www.linkedin.com", "Social Networking"), ("registry.npmjs.org", "Technology"),
        ("pypi.org", "Technology"), ("fr.wikipedia.org", "Reference"), ("zoom.us", "Collaboration"),
        ("www.dropbox.com", "Cloud Storage"),
        ("time.windows.com", "Telemetry"),
    ]

    static let categories = [
        "Business", "News", "Shopping", "Technology", "Advertisements", "Content Servers", "Travel", "Finance",
        "Uncategorized", "Streaming Media",
    ]

    static let domainWords = [
        "amber", "birch", "cobalt", "delta", "ember", "fjord", "granite", "harbor", "indigo", "juniper", "kestrel",
        "lumen", "maple", "nimbus",
        "orchid", "pixel", "quartz", "raven", "saffron", "timber", "umbra", "velvet", "willow", "xenon", "yonder",
        "zephyr", "atlas", "beacon",
        "cinder", "dune", "echo", "flint", "grove", "haven", "iris", "jade", "krill", "lark", "mosaic", "noble",
    ]

    static let pageWords = [
        "api", "v1", "v2", "login", "assets", "static", "images", "search", "users", "orders", "reports", "health",
        "export", "download",
        "docs", "admin", "account", "cart", "metrics", "events", "session", "token", "wp-content", "catalog", "rest",
    ]

    static let folders = [
        "Documents", "Downloads", "Desktop", "AppData\\Local\\Temp", "OneDrive - Halden\\Projets", "Documents\\Büro",
        "Desktop\\À traiter",
    ]

    static let documents = [
        "Budget 2026", "Übersicht", "Réunion comité", "Invoice", "Contrat", "Отчёт", "Bilgi notu İç", "Network plan",
        "Release notes", "Payroll", "Fiche de poste",
        "Meeting notes", "Angebot", "Price list", "Q1 \"final\"", "Rapport d'incident", "客户名单", "Export", "Minutes",
        "Inventory",
    ]

    static let subjects = [
        "Invoice", "RE: Budget", "Compte rendu réunion", "Your order", "[JIRA] Updated", "Newsletter", "Angebot",
        "Fwd: Contract", "Security notice",
        "Toplantı notları", "Ticket", "Отчёт за неделю", "Welcome", "Build failed: main", "Lunch?",
    ]

    static let agents: [[String]] = [
        [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            "Chrome", "Windows",
        ],
        [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.86",
            "Edge", "Windows",
        ],
        ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox", "Windows"],
        [
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
            "Safari", "Mac OS X",
        ],
        [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
            "Mobile Safari", "iOS",
        ],
        ["Microsoft-CryptoAPI/10.0", "Other", "Windows"],
        ["Microsoft-Delivery-Optimization/10.1", "Other", "Windows"],
        ["curl/8.9.1", "curl", "Other"],
        ["python-requests/2.32.3", "Python Requests", "Other"],
        ["Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox", "Linux"],
        ["aws-cli/2.19.1 md/Botocore#1.35.60 ua/2.0 os/linux#6.1.0", "aws-cli", "Linux"],
        ["kube-probe/1.31", "kube-probe", "Other"],
        ["Go-http-client/2.0", "Go-http-client", "Other"],
        ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot", "Other"],
    ]
}
