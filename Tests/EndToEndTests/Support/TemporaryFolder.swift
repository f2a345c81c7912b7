import Foundation

/// A folder that is gone when the test ends, also if an archive in it has become read-only.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory().trimmingSuffix("/") + "/coldtrail-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        makeWritable()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something inside.
    func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(Data(text.utf8), to: name) }

    @discardableResult
    func write(_ data: Data, to name: String) throws -> String {
        let url = URL(filePath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
        return url.path
    }

    func read(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(name))) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Names directly inside a folder of it, sorted.
    func names(in name: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
    }

    private func makeWritable() {
        guard let all = FileManager.default.enumerator(atPath: path) else { return }
        for case let name as String in all {
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path(name))
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) && count > suffix.count ? String(dropLast(suffix.count)) : self
    }
}
