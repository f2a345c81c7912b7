/// The present term of a walk over pages, put together from what it shares with the term before and its own bytes.
final class TermBuffer {
    /// The term as stored, with FTS5's prefix byte.
    private let bytes: UnsafeMutablePointer<UInt8>
    private var count = 0
    private var kept = 0

    private static let capacity = TermIndexFormat.maximumTermLength + 1
    /// Bytes behind the term that may be read and overwritten.
    static let slack = 16

    init() {
        bytes = .allocate(capacity: TermBuffer.capacity + TermBuffer.slack)
        bytes.initialize(repeating: 0, count: TermBuffer.capacity + TermBuffer.slack)
    }

    deinit {
        bytes.deallocate()
    }

    /// How many of the term's first bytes (without the prefix byte) were taken over from the term before.
    @inline(__always)
    var shared: Int { max(kept - 1, 0) }

    /// The term without FTS5's prefix byte; valid until the next change. `slack` bytes behind it are readable.
    @inline(__always)
    var term: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + 1, count: max(count - 1, 0))
    }

    /// Forgets the term, so that any may follow.
    func removeAll() {
        count = 0
    }

    /// Keeps the first `kept` bytes and puts `added` others behind them.
    ///
    /// - Parameter readable: bytes that may be read at `added`, at least `count`.
    /// - Returns: false, with the buffer unchanged, unless the result is a term of the main index and above the last.
    @inline(__always)
    func replace(
        keeping kept: UInt64, with added: UnsafePointer<UInt8>, count addedCount: Int, readable: Int
    ) -> Bool {
        guard kept <= UInt64(count), addedCount > 0, addedCount <= TermBuffer.capacity - Int(kept) else { return false }
        let kept = Int(kept)
        if kept == 0 {
            guard added[0] == TermIndexFormat.termPrefix, addedCount > 1, isBelow(added, addedCount) else {
                return false
            }
        } else if kept < count, added[0] <= bytes[kept] {
            return false
        }
        if addedCount <= TermBuffer.slack, readable >= TermBuffer.slack {
            // One move of a fixed length instead of a call.
            let run = UnsafeRawPointer(added).loadUnaligned(as: SIMD16<UInt8>.self)
            UnsafeMutableRawPointer(bytes + kept).storeBytes(of: run, as: SIMD16<UInt8>.self)
        } else {
            (bytes + kept).update(from: added, count: addedCount)
        }
        self.kept = kept
        count = kept + addedCount
        return true
    }

    /// Whether the present term is smaller than another, whole one.
    private func isBelow(_ other: UnsafePointer<UInt8>, _ otherCount: Int) -> Bool {
        for index in 0..<min(count, otherCount) where bytes[index] != other[index] {
            return bytes[index] < other[index]
        }
        return count < otherCount
    }
}

/// Compares byte strings the way FTS5 orders terms: negative, zero, or positive as `a` is below, equal to or above
/// `b`.
@inline(__always)
func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    let shared = min(a.count, b.count)
    var index = 0
    while index < shared {
        let difference = Int(a[index]) - Int(b[index])
        if difference != 0 { return difference }
        index &+= 1
    }
    return a.count - b.count
}
