import Foundation
import Testing

@testable import Rendering

/// A folder that is gone after the test.
struct RenderingFolder: ~Copyable {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "rendering-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    func path(_ name: String) -> String { root + "/" + name }
    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }
    func put(_ name: String, _ text: String) throws {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
    }
    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: root).sorted() } }
}

@Suite("Where output goes", .serialized)
struct RenderingOutputTests {
    @Test("a file appears complete, private, and only at the end")
    func appears() throws {
        let folder = try RenderingFolder()
        let sink = try OutputSink(path: folder.path("out.jsonl"))
        let big = [UInt8](repeating: 0x61, count: 200_000)
        try sink.write("first\u{1B}\n")
        try sink.writeVerbatim(big)
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.jsonl")))
        try sink.finish()
        #expect(try folder.names == ["out.jsonl"])
        #expect(try folder.bytes("out.jsonl") == Array("first\u{1B}\n".utf8) + big)
        #expect(sink.bytesWritten == 200_007)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("out.jsonl"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("an existing file is left alone without force")
    func exists() throws {
        let folder = try RenderingFolder()
        try folder.put("out", "old")
        let error = #expect(throws: RenderingError.self) { try OutputSink(path: folder.path("out")) }
        #expect(error?.code == .outputExists)
        #expect(error?.description.contains("--force") == true)
        #expect(try folder.names == ["out"])

        let sink = try OutputSink(path: folder.path("out"), force: true)
        try sink.write("new")
        #expect(try folder.bytes("out") == Array("old".utf8))
        try sink.finish()
        #expect(try folder.bytes("out") == Array("new".utf8))
    }

    @Test("a file that appears meanwhile is not replaced")
    func race() throws {
        let folder = try RenderingFolder()
        let sink = try OutputSink(path: folder.path("out"))
        try sink.write("mine")
        try folder.put("out", "theirs")
        let error = #expect(throws: RenderingError.self) { try sink.finish() }
        #expect(error?.code == .outputExists)
        #expect(try folder.bytes("out") == Array("theirs".utf8))
        #expect(try folder.names == ["out"])
    }

    @Test("nothing is left of a sink that is given up")
    func abandoned() throws {
        let folder = try RenderingFolder()
        do {
            let sink = try OutputSink(path: folder.path("out"))
            try sink.write("half")
            try sink.flush()
            #expect(try folder.names.count == 1)
        }
        #expect(try folder.names == [])
    }

    @Test("nothing is left after Ctrl-C")
    func interrupted() throws {
        let folder = try RenderingFolder()
        let sink = try OutputSink(path: folder.path("out"))
        try sink.write("half")
        UnfinishedFiles.deleteAll()
        #expect(try folder.names == [])
        withExtendedLifetime(sink) {}
    }

    @Test("folders and symbolic links are refused, even with force")
    func links() throws {
        let folder = try RenderingFolder()
        try folder.put("target", "precious")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link"), withDestinationPath: folder.path("target"))
        try FileManager.default.createSymbolicLink(atPath: folder.path("dangling"), withDestinationPath: "nowhere")
        for name in ["link", "dangling", "."] {
            let error = #expect(throws: RenderingError.self) { try OutputSink(path: folder.path(name), force: true) }
            #expect(error?.code == .outputNotAFile)
        }
        #expect(try folder.bytes("target") == Array("precious".utf8))
    }

    @Test("a missing folder is said with its reason")
    func missing() throws {
        let error = #expect(throws: RenderingError.self) { try OutputSink(path: "/nonexistent/out") }
        #expect(error?.code == .cannotCreateOutput)
        #expect(error?.description == "cannot create /nonexistent/out: No such file or directory")
    }

    @Test("a device is written, not replaced", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func device() throws {
        let null = try OutputSink(path: "/dev/null", force: true)
        try null.write("x")
        try null.finish()
        #expect(
            try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
                == .typeCharacterSpecial)

        let full = try OutputSink(path: "/dev/full")
        try full.write("x")
        let error = #expect(throws: RenderingError.self) { try full.finish() }
        #expect(error?.code == .writeFailed)
        #expect(error?.systemError == ENOSPC)
    }

    @Test("a reader that goes away is not an error")
    func pipe() throws {
        StandardStreams.prepare()
        let folder = try RenderingFolder()
        #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
        let reader = open(folder.path("fifo"), O_RDONLY | O_NONBLOCK)
        let sink = try OutputSink(path: folder.path("fifo"))
        close(reader)
        try sink.write("x")
        #expect(throws: ClosedPipe.self) { try sink.flush() }
    }

    @Test(
        "a pseudo-terminal is known as one, and gets everything made visible",
        .enabled(if: access("/dev/ptmx", W_OK) == 0))
    func terminal() throws {
        // TIOCSPTLCK and TIOCGPTN of Linux: unlock the terminal, and its number.
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(master) }
        var lock: Int32 = 0
        var number: UInt32 = 0
        try #require(ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let sink = try OutputSink(path: "/dev/pts/\(number)")
        #expect(sink.isTerminal)
        var events = EventWriter(sink: sink)
        try Array("{\"a\":\"\u{202E}\"}\u{1B}[2J".utf8).withUnsafeBytes { try events.write(event: $0) }
        try events.write(label: "x\u{1B}", lineNumber: 7)
        let expected = "{\"a\":\"\\u202e\"}\\u001b[2J\r\nx\\x1B:7\r\n"
        // A terminal hands over line by line.
        var seen: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 200)
        while seen.count < expected.utf8.count {
            let count = read(master, &buffer, 200)
            try #require(count > 0)
            seen += buffer[..<count]
        }
        try sink.finish()
        #expect(String(decoding: seen, as: UTF8.self) == expected)
    }

    @Test("a file gets the event's own bytes")
    func verbatim() throws {
        let folder = try RenderingFolder()
        let sink = try OutputSink(path: folder.path("out"))
        var events = EventWriter(sink: sink)
        let event: [UInt8] = Array("{\"a\" : \"\u{202E}\"}\r".utf8) + [0xFF, 0x1B]
        try event.withUnsafeBytes { try events.write(event: $0) }
        try sink.finish()
        #expect(try folder.bytes("out") == event + [0x0A])
    }
}
