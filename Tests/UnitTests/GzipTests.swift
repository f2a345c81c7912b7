import Gzip
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

private typealias Engine = ContentReader.Engine

@Suite("Reading whole gzip and plain sources")
struct GzipTests {
    @Test("Every kind of block, header and buffer gives the content", arguments: ContentReader.Engine.allCases)
    func wholeSources(engine: ContentReader.Engine) throws {
        let content = GzipFixture.lines(3000)
        let headers: [GzipFixture.Header] = [
            .init(), .init(extra: [], name: "", comment: ""), .init(hasChecksum: true),
            .init(extra: .init(repeating: 7, count: 65535), name: "export.jsonl", comment: "ä", hasChecksum: true),
            .init(name: String(repeating: "n", count: 100_000)),
        ]
        let options: [GzipFixture.Deflate] = [
            .init(level: 0), .init(level: 1), .init(level: 9), .init(level: 6, blockLength: 100),
            .init(level: 6, blockLength: 50_000),
        ]
        for header in headers {
            for deflate in options {
                let source = GzipFixture.member(content, header: header, deflate: deflate)
                for (bufferSize, step) in [(1, 100_000), (1000, 777), (1 << 18, 1 << 20)] {
                    let reading = try GzipFixture.read(source, engine: engine, bufferSize: bufferSize, step: step)
                    #expect(reading.content == content)
                    #expect(reading.damage == nil)
                    #expect(reading.verified == UInt64(content.count))
                    #expect(reading.format == .gzip)
                    #expect(reading.sourceBytes == UInt64(source.count) && reading.sawSource)
                }
            }
        }
    }

    @Test(
        "Members are joined, empty ones too, and zero padding is not content", arguments: ContentReader.Engine.allCases)
    func members(engine: ContentReader.Engine) throws {
        let parts = [GzipFixture.lines(2000), [], GzipFixture.lines(1, seed: 2), GzipFixture.lines(2000, seed: 3), []]
        let source = parts.flatMap { GzipFixture.member($0) }
        let content = parts.flatMap { $0 }
        for padding in [0, 1, 512, 100_000] {
            let reading = try GzipFixture.read(source + [UInt8](repeating: 0, count: padding), engine: engine)
            #expect(reading.content == content)
            #expect(reading.damage == nil && reading.verified == UInt64(content.count))
            #expect(reading.sawSource)
        }
    }

    @Test("Many members of one line each", arguments: ContentReader.Engine.allCases)
    func manyMembers(engine: ContentReader.Engine) throws {
        let parts = (0..<2000).map { GzipFixture.lines(1, seed: $0) }
        let reading = try GzipFixture.read(parts.flatMap { GzipFixture.member($0) }, engine: engine)
        #expect(reading.content == parts.flatMap { $0 })
        #expect(reading.damage == nil && reading.verified == UInt64(reading.content.count))
    }

    @Test("What does not begin as gzip is content itself")
    func plain() throws {
        for source in [[], [0x1f], [0x1f, 0x8c, 8], GzipFixture.lines(500), [0] + GzipFixture.member([1])] {
            let reading = try GzipFixture.read(source, bufferSize: 100, step: 33)
            #expect(reading.format == .plain)
            #expect(reading.content == source)
            #expect(reading.damage == nil && reading.verified == UInt64(source.count) && reading.sawSource)
        }
    }

    @Test("A pipe is read as a file is", arguments: ContentReader.Engine.allCases)
    func pipes(engine: ContentReader.Engine) throws {
        let content = GzipFixture.lines(300)
        let source = GzipFixture.member(content)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        try #require(write(ends[1], source, source.count) == source.count)
        close(ends[1])
        let reading = try GzipFixture.read(descriptor: ends[0], source, engine: engine, bufferSize: 100, step: 99)
        #expect(reading.content == content && reading.damage == nil && reading.sawSource)
    }

    @Test("A descriptor that cannot be read gives an error with the reason")
    func unreadable() throws {
        let error = #expect(throws: ReadError.self) { try ContentReader(descriptor: -1) }
        #expect(error?.code == .readFailed && error?.systemError == EBADF)
        #expect(error?.description.contains("byte 0") == true)
    }

    @Test("finish() shows the observer what the content's reader left")
    func finishEarly() throws {
        let source = GzipFixture.member(GzipFixture.lines(5000))
        guard let file = tmpfile() else { throw GzipFixture.FixtureError() }
        defer { fclose(file) }
        try #require(fwrite(source, source.count, 1, file) == 1 && fflush(file) == 0)
        rewind(file)
        var seen: [UInt8] = []
        let reader = try ContentReader(descriptor: fileno(file), bufferSize: 4096) { seen.append(contentsOf: $0) }
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(try buffer.withUnsafeMutableBytes { try reader.read(into: $0) } == 10)
        try reader.finish()
        #expect(seen == source && reader.sourceBytes == UInt64(source.count))
        #expect(try buffer.withUnsafeMutableBytes { try reader.read(into: $0) } == 0)
        #expect(reader.verifiedContentBytes == 0)
    }
}
