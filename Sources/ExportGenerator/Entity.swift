/// The kinds of things that events talk about; each is a table of the estate.
enum Entity: String, Sendable, CaseIterable {
    /// People and service accounts of the directory.
    case user
    /// Windows workstations and servers.
    case host
    /// Linux servers.
    case server
    /// Addresses on the Internet.
    case remote
    /// Web sites and services.
    case site
    /// Domains that mail goes to and comes from; all invented.
    case sender
    /// Windows programs with a typical command line and parent.
    case proc
    /// Documents on Windows machines.
    case file
    /// Web browsers and other clients.
    case agent
    /// Paths of URLs.
    case page
    /// Subjects and attachments of mails.
    case mail

    /// The names of the columns, as in `${user.email}`.
    var columns: [String] {
        switch self {
        case .user: ["name", "display", "email", "sid", "id", "number"]
        case .host: ["name", "fqdn", "ip", "ip6", "os", "mac", "agent"]
        case .server: ["name", "fqdn", "ip", "ip6", "instance"]
        case .remote: ["ip", "country", "org", "city"]
        case .site: ["domain", "category", "ip"]
        case .sender: ["domain", "ip"]
        case .proc: ["name", "path", "command", "parent", "parentpath", "sha256", "md5", "company"]
        case .file: ["path", "name", "extension", "sha256"]
        case .agent: ["text", "name", "os"]
        case .page: ["path"]
        case .mail: ["subject", "attachment"]
        }
    }
}

/// The rows of one kind of entity, most frequent first, as bytes ready to be put into JSON.
struct EntityTable: Sendable {
    /// All values of all rows behind each other, once escaped.
    private var bytes: [UInt8] = []
    /// Where a row's column starts; one more at the end.
    private var starts: [Int32] = [0]
    private let columnCount: Int
    private let ranks: ZipfTable

    /// `rows` all have one value for each column. `shift` flattens the distribution of the draws (`ZipfTable`).
    init(rows: [[String]], columnCount: Int, shift: Int) {
        self.columnCount = columnCount
        ranks = ZipfTable(count: rows.count, shift: shift)
        for row in rows {
            precondition(row.count == columnCount)
            for value in row {
                bytes.append(jsonEscaped: value.utf8)
                starts.append(Int32(bytes.count))
            }
        }
    }

    /// Appends the value of the row that a random word stands for; `quoting` is 1 or 2 levels of JSON.
    func write(column: Int, word: UInt64, quoting: Int, into out: inout [UInt8]) {
        let cell = ranks.rank(word) * columnCount + column
        bytes.withUnsafeBufferPointer { all in
            let value = UnsafeBufferPointer(rebasing: all[Int(starts[cell])..<Int(starts[cell + 1])])
            if quoting == 1 {
                out.append(contentsOf: value)
            } else {
                out.append(jsonEscaped: value)
            }
        }
    }
}
