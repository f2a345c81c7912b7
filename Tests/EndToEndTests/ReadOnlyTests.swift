import Foundation
import Testing

/// Promise 5: an archive opens from a read-only medium and never changes a byte.
@Suite("Read-only archives")
struct ReadOnlyTests {
    private static let searches: [[String]] = [
        ["count", "*"], ["search", "mimikatz"], ["search", "user.name:b*", "--format", "ids"], ["show", "a:1"],
        ["fields"], ["exports"], ["info"], ["rejects"], ["restore", "a"], ["verify"], ["log"], ["log", "--verify"],
        ["prove", "a:1"], ["top", "user.name"], ["timeline", "*"], ["exports", "--custody"],
    ]

    @Test(
        "files 0444 and folders 0555, as a user who may not write: searchable, unchanged to the byte",
        .enabled(
            if: Unprivileged.isPossible,
            "needs a user who may not write: run as another user than root, or with setpriv"))
    func permissions() throws {
        let folder = try SmallExport.archived()
        let archive = folder.path("archive.coldtrail")
        let paths = try #require(FileManager.default.enumerator(atPath: archive)).compactMap { $0 as? String }
        for path in paths.map({ archive + "/" + $0 }) + [archive] {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            chmod(path, isFolder.boolValue ? 0o555 : 0o444)
        }
        try check(in: folder) { try Unprivileged.run($0, in: folder) }
        let ingest = try Unprivileged.run(["-a", archive, "ingest", folder.path("a.jsonl")], in: folder)
        #expect(ingest.status == 2)
        #expect(ingest.errorText.contains("archive"))
        let forget = try Unprivileged.run(["-a", archive, "forget", "a", "--reason", "r"], in: folder)
        #expect(forget.status == 2 && !forget.errorText.isEmpty)
    }

    @Test(
        "a read-only mount: searchable, unchanged to the byte",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount a tmpfs"))
    func mount() throws {
        let source = try SmallExport.archived()
        let disk = try SmallDisk(megabytes: 16)
        try ArchiveFiles.copy(source.path("archive.coldtrail"), to: disk.folder.path("disk/archive.coldtrail"))
        try disk.makeReadOnly()
        try ArchiveFiles.copy(source.path("a.jsonl"), to: disk.folder.path("a.jsonl"))
        let archive = disk.folder.path("disk/archive.coldtrail")
        let before = try ArchiveFiles.contents(archive)
        for search in Self.searches {
            let result = try Coldtrail.run(["-a", archive] + search, in: disk.folder)
            #expect(result.status == 0, "\(search): \(result.errorText)")
        }
        #expect(try Coldtrail.run("-a", archive, "ingest", "a.jsonl", in: disk.folder).status == 2)
        #expect(try Coldtrail.run("-a", archive, "forget", "a", "--reason", "r", in: disk.folder).status == 2)
        #expect(try ArchiveFiles.contents(archive) == before)
    }

    private func check(in folder: TemporaryFolder, _ run: ([String]) throws -> CommandResult) throws {
        let archive = folder.path("archive.coldtrail")
        let before = try ArchiveFiles.contents(archive)
        for search in Self.searches {
            let result = try run(["-a", archive] + search)
            #expect(result.status == 0, "\(search): \(result.errorText)")
        }
        #expect(try run(["-a", archive, "count", "*"]).text == "4\n")
        #expect(try run(["-a", archive, "restore", "a"]).output == Data(SmallExport.text.utf8))
        #expect(try ArchiveFiles.contents(archive) == before)
    }
}

/// Runs the binary as a user whom file permissions stop: root is not.
enum Unprivileged {
    static let isPossible: Bool = {
        guard let folder = try? TemporaryFolder() else { return false }
        return (try? run(["--version"], in: folder))?.status == 0
    }()

    static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> CommandResult {
        if getuid() != 0 { return try Coldtrail.run(arguments, in: folder) }
        // The build folder may be closed to others; the test's folder is not.
        let copy = folder.path("coldtrail-copy")
        if !FileManager.default.fileExists(atPath: copy) {
            try ArchiveFiles.copy(Coldtrail.binary, to: copy)
            chmod(copy, 0o755)
            chmod(folder.path, 0o755)
        }
        return try RunningCommand(
            "/usr/bin/env", ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", copy] + arguments,
            in: folder,
            input: Data(), environment: ["TMPDIR": "/tmp"]
        ).wait()
    }
}
