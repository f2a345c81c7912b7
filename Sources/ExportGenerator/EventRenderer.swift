/// Writes events as lines.
struct EventRenderer: Sendable {
    private let options: GeneratorOptions
    private let clock: EventClock
    private let estate = Estate.shared
    private let templates: [Template]
    private let ranks: ZipfTable
    private let story: [Template]
    private let wide: [WideEventType]
    private let explosion: FieldExplosion?

    init(options: GeneratorOptions, count: Int, clock: EventClock) {
        self.options = options
        self.clock = clock
        let layout: TemplateCompiler.Layout
        switch options.layout {
        case .flat: (layout, wide) = (.flat, [])
        case .nested: (layout, wide) = (.nested, [])
        case .wide: (layout, wide) = (.flat, WideEventType.all(.mixed))
        case .wideFlat: (layout, wide) = (.flat, WideEventType.all(.flat))
        case .wideNested: (layout, wide) = (.nested, WideEventType.all(.nested))
        }
        templates = EventShape.all.map { TemplateCompiler.compile($0.text, name: $0.name, layout: layout) }
        ranks = ZipfTable(weights: EventShape.all.map { UInt64($0.weight) })
        story =
            options.tellsStory
            ? StoryEvent.all.map { TemplateCompiler.compile($0.text, name: "story", layout: layout) } : []
        explosion = options.explosionFields > 0 ? FieldExplosion(names: options.explosionFields, events: count) : nil
    }

    /// The lines of some events, each with its line feed.
    func lines(of items: [EventPlan.Item]) -> [UInt8] {
        var draws: [UInt64] = []
        var lines: [UInt8] = []
        lines.reserveCapacity(items.count * 1024)
        for item in items {
            write(item, draws: &draws, into: &lines)
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    /// Appends one line, without its line feed.
    private func write(_ item: EventPlan.Item, draws: inout [UInt64], into out: inout [UInt8]) {
        switch item {
        case .ordinary(let index):
            writeEvent(index, seed: options.seed, change: nil, draws: &draws, into: &out)
        case .changed(let index):
            var change = SplitMix64(seed: options.rerunSeed ?? 0, event: ~index)
            writeEvent(index, seed: options.seed, change: change.next(), draws: &draws, into: &out)
        case .arrivedLater(let index):
            writeEvent(index, seed: options.rerunSeed ?? 0, change: nil, draws: &draws, into: &out)
        case .needle(let needles):
            writeNeedle(needles, into: &out)
        case .story(let number, let index):
            var random = SplitMix64(seed: options.seed, event: index)
            let template = story[number]
            let moment = UTCMoment(
                milliseconds: options.start + StoryEvent.all[number].offset + Int64(random.below(900)))
            writeStart(moment, into: &out)
            fill(&draws, count: template.drawCount, from: &random)
            template.write(draws: draws, moment: moment, estate: estate, into: &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    private func writeEvent(_ index: Int, seed: UInt64, change: UInt64?, draws: inout [UInt64], into out: inout [UInt8])
    {
        var random = SplitMix64(seed: seed, event: index)
        let moment = UTCMoment(milliseconds: clock.time(of: index, random: &random))
        writeStart(moment, into: &out)
        let shape = random.next()
        var enrichment = change
        if !wide.isEmpty {
            wide[Int(SplitMix64.scale(shape, to: UInt64(wide.count)))].write(random: &random, into: &out)
        } else {
            let template = templates[ranks.rank(shape)]
            fill(&draws, count: template.drawCount, from: &random)
            if let change, change & 1 == 0, !template.changeableDraws.isEmpty {
                // A counter that was still running when the search was executed first.
                let choice = SplitMix64.scale(change, to: UInt64(template.changeableDraws.count))
                draws[template.changeableDraws[Int(choice)]] = SplitMix64.mix(change)
                enrichment = nil
            }
            template.write(draws: draws, moment: moment, estate: estate, into: &out)
        }
        explosion?.write(event: index, random: &random, into: &out)
        if let enrichment {
            // Threat intelligence that has been applied since.
            out.append(text: ",\"threat.enrichment.score\":")
            out.append(decimal: SplitMix64.scale(enrichment, to: 101))
        }
    }

    private func writeStart(_ moment: UTCMoment, into out: inout [UInt8]) {
        out.append(text: "{\"@timestamp\":\"")
        TimeForm.iso.write(moment, into: &out)
        out.append(UInt8(ascii: "\""))
    }

    private func writeNeedle(_ needles: [GeneratorOptions.Needle], into out: inout [UInt8]) {
        let index = (needles.first?.line ?? 1) - 1
        var random = SplitMix64(seed: options.seed, event: index)
        writeStart(UTCMoment(milliseconds: clock.time(of: index, random: &random)), into: &out)
        for needle in needles {
            out.append(text: ",\"")
            out.append(jsonEscaped: needle.field.utf8)
            out.append(text: "\":\"")
            out.append(jsonEscaped: needle.text.utf8)
            out.append(UInt8(ascii: "\""))
        }
    }

    private func fill(_ draws: inout [UInt64], count: Int, from random: inout SplitMix64) {
        if draws.count < count { draws = Array(repeating: 0, count: count) }
        for index in 0..<count { draws[index] = random.next() }
    }
}
