import ArgumentParser
import Archive
import Events
import Rendering

/// How an export was acquired, and by whom it is archived.
struct CustodyOptions: ParsableArguments {
    @Option(
        name: .customLong("expect-sha256"),
        help: ArgumentHelp(
            "The SHA-256 that the file or its content must have; else nothing is archived.", valueName: "hex"))
    var expectSHA256: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("When the export was acquired; UTC unless a zone is given.", valueName: "time"))
    var acquiredAt: String?

    @Option(help: ArgumentHelp("Where the export was acquired.", valueName: "text"))
    var source: String?

    @Option(
        name: .customLong("operator"), help: ArgumentHelp("Who does this. Default: the login name.", valueName: "name"))
    var person: String?

    @Option(name: .customLong("case-id"), help: ArgumentHelp("The case it belongs to.", valueName: "id"))
    var caseID: String?

    @Flag(help: "Keep the file itself in the archive too; `restore --source` gives it back.")
    var keepSource = false

    func validate() throws {
        if let expectSHA256, Hex.digest(expectSHA256) == nil {
            throw ValidationError("--expect-sha256 takes 64 hexadecimal digits")
        }
    }

    /// - Throws: `RenderingError` for a time that is none.
    func custody() throws -> Custody {
        var custody = Custody(
            person: person ?? Custody.loginName, host: Custody.hostName, acquiredFrom: source, caseID: caseID)
        if let acquiredAt {
            let now = SystemClock.now()
            custody.acquiredAt = try TimeArgument.parse(acquiredAt, zone: .utc).resolve(newest: now, now: now)
                .formatted()
        }
        return custody
    }
}
