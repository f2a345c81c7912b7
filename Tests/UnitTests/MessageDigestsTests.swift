import Crypto
import Testing

@testable import Ingest

@Suite("Digests of many messages")
struct MessageDigestsTests {
    @Test("Side by side or one by one, each message has its SHA-256, in order", arguments: [true, false])
    func agrees(sideBySide: Bool) {
        var random = SystemRandomNumberGenerator()
        var digests = MessageDigests(sideBySide: sideBySide)
        defer { digests.free() }
        #expect(sideBySide || !digests.isSideBySide)
        for _ in 0..<4 {
            var messages = (0..<700).map { _ -> [UInt8] in
                let length = Int.random(in: 0...3) == 0 ? Int.random(in: 0...130) : Int.random(in: 0...4_000)
                return (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            }
            // Too long to be collected, and just not.
            for length in [300 << 10, 256 << 10, (256 << 10) - 1, 200 << 10] {
                messages.insert(
                    [UInt8](repeating: UInt8(truncatingIfNeeded: length >> 3), count: length),
                    at: Int.random(in: 0...messages.count))
            }
            var found: [[UInt8]] = []
            for message in messages {
                let first = Int.random(in: 0...message.count)
                let second = Int.random(in: first...message.count)
                message.withUnsafeBytes { bytes in
                    digests.add(
                        UnsafeRawBufferPointer(rebasing: bytes[..<first]),
                        UnsafeRawBufferPointer(rebasing: bytes[first..<second]),
                        UnsafeRawBufferPointer(rebasing: bytes[second...])
                    ) { found.append(Array($0)) }
                }
            }
            digests.finish { found.append(Array($0)) }
            #expect(found == messages.map { Array(SHA256.hash(data: $0)) })
            digests.finish { _ in Issue.record("nothing is left") }
        }
    }
}
