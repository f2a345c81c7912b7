import Foundation

/// A tmpfs of a few megabytes at `disk` in a temporary folder; only root can have one.
final class SmallDisk {
    let folder: TemporaryFolder
    private var mountPoint: String { folder.path("disk") }

    static let isPossible: Bool = getuid() == 0 && (try? SmallDisk(megabytes: 1)) != nil

    init(megabytes: Int) throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("disk"), withIntermediateDirectories: true)
        try mount(["-t", "tmpfs", "-o", "size=\(megabytes)m", "coldtrail-test", mountPoint])
    }

    deinit {
        _ = try? ArchiveFiles.tool("/usr/bin/env", ["umount", mountPoint])
    }

    func makeReadOnly() throws {
        try mount(["-o", "remount,ro", mountPoint])
    }

    private func mount(_ arguments: [String]) throws {
        let result = try ArchiveFiles.tool("/usr/bin/env", ["mount"] + arguments)
        guard result.status == 0 else { throw SetupFailure("mount: \(result.errorText)") }
    }
}
