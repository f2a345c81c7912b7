import Archive
import Testing

@Suite struct BitmapTests {
    @Test(arguments: [UInt64(0), 1, 63, 64, 65, 128, 1000])
    func behavesAsASetOfNumbers(eventCount: UInt64) {
        var random = SeededGenerator(state: eventCount)
        for share in [0.0, 0.02, 0.5, 1.0] {
            let a =
                eventCount == 0
                ? [] : Set((1...eventCount).filter { _ in Double.random(in: 0..<1, using: &random) < share })
            let b =
                eventCount == 0
                ? [] : Set((1...eventCount).filter { _ in Double.random(in: 0..<1, using: &random) < 0.3 })
            let all = eventCount == 0 ? [] : Set(1...eventCount)
            let (x, y) = (bitmap(a, eventCount), bitmap(b, eventCount))

            check(x, a)
            check(x.complement(), all.subtracting(a))
            check(Bitmap(allOf: eventCount), all)
            var z = x
            z.formAnd(y)
            check(z, a.intersection(b))
            z = x
            z.formOr(y)
            check(z, a.union(b))
            z = x
            z.formAndNot(y)
            check(z, a.subtracting(b))
            for event in a.prefix(10) { z.set(event); z.clear(event); #expect(!z.contains(event)) }
        }
    }

    @Test func rangesAreSetWhole() {
        for (low, high) in [(1, 1), (1, 64), (64, 65), (2, 63), (60, 200), (1, 200), (129, 200)] as [(UInt64, UInt64)] {
            var bitmap = Bitmap(eventCount: 200)
            bitmap.set(low...high)
            check(bitmap, Set(low...high))
        }
    }

    @Test func neighboursAtTheEdges() {
        let bitmap = bitmap([5, 64, 65], 100)
        #expect(bitmap.next(after: 0) == 5)
        #expect(bitmap.next(after: 5) == 64)
        #expect(bitmap.next(after: 65) == nil)
        #expect(bitmap.next(after: .max) == nil)
        #expect(bitmap.previous(before: .max) == 65)
        #expect(bitmap.previous(before: 65) == 64)
        #expect(bitmap.previous(before: 5) == nil)
        #expect(bitmap.previous(before: 0) == nil)
        #expect(!bitmap.contains(0) && !bitmap.contains(101) && !bitmap.contains(.max))
    }

    private func bitmap(_ events: Set<UInt64>, _ eventCount: UInt64) -> Bitmap {
        var bitmap = Bitmap(eventCount: eventCount)
        for event in events { bitmap.set(event) }
        return bitmap
    }

    private func check(_ bitmap: Bitmap, _ events: Set<UInt64>) {
        var visited: [UInt64] = []
        bitmap.forEach { visited.append($0) }
        #expect(visited == events.sorted())
        #expect(Array(bitmap.ascending) == events.sorted())
        #expect(Array(bitmap.descending) == events.sorted().reversed())
        #expect(bitmap.count == UInt64(events.count))
        #expect(bitmap.isEmpty == events.isEmpty)
        #expect(bitmap == self.bitmap(events, bitmap.eventCount))
    }
}
