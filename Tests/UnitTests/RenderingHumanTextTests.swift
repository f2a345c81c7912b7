import Testing

@testable import Rendering

@Suite("Quantities for people")
struct RenderingHumanTextTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func grouped(value: Int, text: String) { #expect(HumanText.grouped(value) == text) }

    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_048_575, "1.0 MiB"), (1_503_238_553, "1.4 GiB"),
        (Int.max, "8.0 EiB"),
        (-2048, "-2.0 KiB"),
    ])
    func bytes(count: Int, text: String) { #expect(HumanText.bytes(count) == text) }

    @Test(
        arguments: [
            (0, "0 s"), (0.0004, "0.4 ms"), (0.25, "250 ms"), (0.9996, "1.0 s"), (3.25, "3.3 s"), (59.96, "1 min 00 s"),
            (245, "4 min 05 s"),
            (3725, "1 h 02 min"), (273_600, "3 d 04 h"), (-2, "-2.0 s"), (.infinity, "?"), (.nan, "?"),
        ] as [(Double, String)])
    func duration(seconds: Double, text: String) { #expect(HumanText.duration(seconds) == text) }

    @Test func rates() {
        #expect(HumanText.rate(94_210.4, "events") == "94,210 events/s")
        #expect(HumanText.rate(0.25, "events") == "0.3 events/s")
        #expect(HumanText.rate(.infinity, "events") == "? events/s")
        #expect(HumanText.byteRate(12_897_485) == "12.3 MiB/s")
        #expect(HumanText.counted(1, "event") == "1 event")
        #expect(HumanText.counted(1200, "entry", "entries") == "1,200 entries")
    }

    @Test(arguments: [
        (0.0, "0.0 %"), (0.123, "12.3 %"), (1.0, "100.0 %"), (0.0001, "<0.1 %"), (0.99999, ">99.9 %"), (.nan, "? %"),
    ])
    func percent(share: Double, text: String) { #expect(HumanText.percent(share) == text) }
}

@Suite("Progress")
struct RenderingProgressTests {
    private func after(_ seconds: Int, bytesPerSecond: Int, total: Int?) -> ProgressEstimate {
        var estimate = ProgressEstimate(start: 100)
        for tenth in 1...seconds * 10 {
            estimate.update(
                done: bytesPerSecond * tenth / 10, total: total, events: tenth * 1000, at: 100 + Double(tenth) / 10)
        }
        return estimate
    }

    @Test("a steady job is foreseen")
    func steady() throws {
        let estimate = after(10, bytesPerSecond: 1 << 20, total: 100 << 20)
        #expect(estimate.share == 0.1)
        #expect(abs(try #require(estimate.secondsLeft) - 90) < 1)
        #expect(abs(estimate.eventRate - 10_000) < 100)
    }

    @Test("nothing is foreseen in the first second, or without a total")
    func unknown() {
        var estimate = ProgressEstimate(start: 0)
        estimate.update(done: 5, total: 100, events: 1, at: 0.5)
        #expect(estimate.secondsLeft == nil)
        #expect(after(5, bytesPerSecond: 10, total: nil).secondsLeft == nil)
        #expect(after(5, bytesPerSecond: 10, total: 0).share == nil)
    }

    @Test("a change of speed is taken over within seconds, not at once")
    func change() {
        var estimate = after(60, bytesPerSecond: 1000, total: 1_000_000)
        estimate.update(done: 60_000 + 1000, total: 1_000_000, events: 0, at: 160.1)
        #expect(estimate.byteRate < 1300)
        for tenth in 2...300 {
            estimate.update(done: 60_000 + 1000 * tenth, total: 1_000_000, events: 0, at: 160 + Double(tenth) / 10)
        }
        #expect(estimate.byteRate > 9500)
    }

    @Test("more done than announced is all done")
    func tooMuch() {
        let estimate = after(10, bytesPerSecond: 100, total: 500)
        #expect(estimate.share == 1)
        #expect(estimate.secondsLeft == 0)
    }

    @Test("the line fits any terminal", arguments: [10, 20, 40, 60, 80, 120, 200])
    func fits(columns: Int) {
        for total in [nil, 100 << 20] {
            let line = ProgressLine.text(
                after(10, bytesPerSecond: 1 << 20, total: total), label: "ingest 日本.gz", columns: columns)
            #expect(DisplayWidth.of(line) <= columns)
            #expect(!line.isEmpty)
        }
    }

    @Test func wide() {
        let line = ProgressLine.text(
            after(10, bytesPerSecond: 1 << 20, total: 100 << 20), label: "ingest", columns: 140)
        #expect(
            line.hasPrefix(
                "ingest  [==>                         ]  10 %  10.0 MiB of 100.0 MiB  1.0 MiB/s  100,000 events  10,000 events/s"
            ))
        #expect(line.hasSuffix("left"))
    }

    @Test("a bar that is not wanted costs nothing and can be finished twice")
    func unwanted() {
        let bar = ProgressBar(label: "x", isWanted: false)
        bar.update(done: 1, total: 2, events: 3)
        bar.finish()
        bar.finish()
    }
}
