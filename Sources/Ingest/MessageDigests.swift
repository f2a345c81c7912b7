import CMultiBuffer
import Crypto

/// SHA-256 of many short messages, one after the other.
///
/// A processor's SHA instructions wait for each other within one message: two side by side take little more time than one.
/// A kept library does that where it is installed (`CMultiBuffer`); elsewhere each message is hashed for itself, with the
/// same digests. The owner must call `free()`.
struct MessageDigests {
    /// Messages that are collected, and bytes from which no more are.
    private static let mostMessages = 256
    private static let mostBytes = 256 << 10

    private let sideBySide: OpaquePointer?
    private var bytes: Buffer<UInt8>
    /// Where each message ends.
    private var ends = Buffer<Int>(capacity: mostMessages)
    private var digests = Buffer<UInt8>(capacity: 32 * mostMessages)

    /// - Parameter sideBySide: false: hashes each message for itself.
    init(sideBySide: Bool = true) {
        self.sideBySide = sideBySide && Self.isLibrarySound ? cmultibuffer_create() : nil
        bytes = Buffer(capacity: Self.mostBytes)
    }

    func free() {
        cmultibuffer_destroy(sideBySide)
        bytes.free()
        ends.free()
        digests.free()
    }

    /// Whether two messages are hashed side by side.
    var isSideBySide: Bool { sideBySide != nil }

    /// Takes in one message, the parts one after the other.
    ///
    /// - Parameter body: called with the 32 bytes of each message that is done, in the order in which they were added.
    mutating func add(
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        _ third: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        digest body: (UnsafeRawBufferPointer) -> Void
    ) {
        let length = first.count + second.count + third.count
        if ends.count == Self.mostMessages || bytes.count + length > Self.mostBytes { finish(body) }
        guard length > 0, length <= Self.mostBytes else {
            finish(body)
            var hasher = SHA256()
            hasher.update(bufferPointer: first)
            hasher.update(bufferPointer: second)
            hasher.update(bufferPointer: third)
            return hasher.finalize().withUnsafeBytes(body)
        }
        append(first)
        append(second)
        append(third)
        ends.append(bytes.count)
    }

    @inline(__always)
    private mutating func append(_ part: UnsafeRawBufferPointer) {
        if let base = part.baseAddress { bytes.append(base.assumingMemoryBound(to: UInt8.self), part.count) }
    }

    /// Ends with all that were added.
    mutating func finish(_ body: (UnsafeRawBufferPointer) -> Void) {
        defer { (bytes.count, ends.count) = (0, 0) }
        if ends.count == 0 { return }
        if let sideBySide, Self.hash(sideBySide, bytes, ends, into: digests) {
            for place in 0..<ends.count {
                body(UnsafeRawBufferPointer(start: digests.base + 32 * place, count: 32))
            }
            return
        }
        var start = 0
        for place in 0..<ends.count {
            var hasher = SHA256()
            hasher.update(
                bufferPointer: UnsafeRawBufferPointer(start: bytes.base + start, count: ends[place] - start))
            hasher.finalize().withUnsafeBytes(body)
            start = ends[place]
        }
    }

    private static func hash(
        _ library: OpaquePointer, _ bytes: Buffer<UInt8>, _ ends: Buffer<Int>, into digests: Buffer<UInt8>
    ) -> Bool {
        // Both are 64 bits wide where there is a library.
        ends.base.withMemoryRebound(to: size_t.self, capacity: ends.count) {
            cmultibuffer_sha256(library, bytes.base, $0, ends.count, digests.base) == 0
        }
    }

    /// Whether the library, asked once a process, gives the digests that it should, for messages of all lengths around the
    /// borders of SHA-256's blocks. Evidence must not hang on a second implementation unseen.
    private static let isLibrarySound: Bool = {
        guard let library = cmultibuffer_create() else { return false }
        defer { cmultibuffer_destroy(library) }
        var bytes = Buffer<UInt8>(capacity: 1 << 16)
        var ends = Buffer<Int>()
        var digests = Buffer<UInt8>(capacity: 1 << 16)
        defer {
            bytes.free()
            ends.free()
            digests.free()
        }
        for length in Array(1...200) + [1_000, 1_001, 4_095] {
            for place in 0..<length { bytes.append(UInt8(truncatingIfNeeded: place &* 31 &+ length)) }
            ends.append(bytes.count)
        }
        digests.reserve(32 * ends.count)
        guard hash(library, bytes, ends, into: digests) else { return false }
        var start = 0
        for place in 0..<ends.count {
            let message = UnsafeRawBufferPointer(start: bytes.base + start, count: ends[place] - start)
            let digest = UnsafeRawBufferPointer(start: digests.base + 32 * place, count: 32)
            guard SHA256.hash(data: message).elementsEqual(digest) else { return false }
            start = ends[place]
        }
        return true
    }()
}
