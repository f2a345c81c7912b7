import ExportGenerator
import Foundation
import Testing

@Suite("Generated export files")
struct ExportFileTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("A .gz file unpacks to the plain file, for every level", arguments: [0, 1, 9])
    func gzipFile(level: Int) throws {
        try withFolder { folder in
            // More than one round of parallel blocks, and a last window that is not full.
            let generator = ExportGenerator(seed: 5)
            let count = 16_400
            try generator.write(count, to: folder.appendingPathComponent("a.jsonl.gz").path, level: level)
            try generator.write(count, to: folder.appendingPathComponent("a.jsonl").path)
            let plain = try Data(contentsOf: folder.appendingPathComponent("a.jsonl"))
            #expect([UInt8](plain) == generator.content(count))
            #expect(try gunzip(folder.appendingPathComponent("a.jsonl.gz")) == plain)
        }
    }

    @Test("A truncated file has the wanted share of its bytes, and they are the same bytes")
    func truncated() throws {
        try withFolder { folder in
            let whole = folder.appendingPathComponent("a.jsonl.gz")
            let cut = folder.appendingPathComponent("b.jsonl.gz")
            try ExportGenerator(seed: 5).write(2000, to: whole.path)
            try ExportGenerator(seed: 5).write(2000, to: cut.path, truncatedAt: 70)
            let (all, some) = (try Data(contentsOf: whole), try Data(contentsOf: cut))
            #expect(some.count == all.count * 7 / 10)
            #expect(some == all.prefix(some.count))
        }
    }

    @Test("One member of any bytes unpacks to them", arguments: [0, 1, 70_000, 3_000_000])
    func gzipMember(size: Int) throws {
        try withFolder { folder in
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
            let file = folder.appendingPathComponent("a.gz")
            try Data(GzipEncoder.compress(bytes, level: 6)).write(to: file)
            #expect(try gunzip(file) == Data(bytes))
        }
    }

    @Test("A path that cannot be written is named in the error")
    func unwritable() {
        let error = #expect(throws: ExportFileError.self) {
            try ExportGenerator(seed: 1).write(10, to: "/nonexistent/a.gz")
        }
        #expect(error?.path == "/nonexistent/a.gz")
        #expect(error?.description.contains("cannot write") == true)
    }

    /// Through the system's gzip, which checks the checksum and the length too.
    private func gunzip(_ file: URL) throws -> Data {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", file.path]
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return data
    }
}
