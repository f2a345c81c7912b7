import ArgumentParser
import Archive
import Compare
import Rendering

/// `coldtrail duplicates [EXPORT…]`
struct DuplicatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "List events that stand more than once, within exports and across them.",
        discussion: """
            Equal are events with the same fields and values, whatever their order and spelling. The first copy is that \
            of the export that was ingested first, there that with the lowest line; --unique of search and count shows \
            that one.

            Exit status: 0 none; 1 there are some.
            """
    ).parsedAlone

    @Argument(help: "The exports: label, file name, job id or SHA-256 (at least 8 digits); all without one.")
    var exports: [String] = []

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let archive = try global.openArchive()
        let scope = try ExportNames.scope(exports, in: archive) ?? archive.exports
        let isPartial = Notes.partial(scope)
        let labels = Dictionary(scope.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
        let copies = Copies(archive: archive, partitions: scope.flatMap { archive.partitions(of: $0) }, events: nil)
        let sink = try output.openSink()
        var writer = try rows.rows(
            [OutputColumn("first"), OutputColumn("copies", .right), OutputColumn("others")], sink: sink,
            color: global.color, partial: isPartial)
        var group = Group()
        var events = 0
        var number = 0
        func citation(_ place: Copies.Citation) -> String { "\(labels[place.partition.exportID] ?? "?"):\(place.line)" }
        func flush() throws {
            guard let first = group.first else { return }
            events += 1
            number += group.copies
            var others = group.others.map { Cell.text($0) }
            if group.copies > others.count { others.append(.text("and \(group.copies - others.count) more")) }
            try writer.write([.text(citation(first)), .integer(group.copies + 1), .list(others)])
        }
        try copies.forEachCopy { copy in
            if group.first != copy.first {
                try flush()
                group = Group(first: copy.first)
            }
            group.copies += 1
            if group.others.count < Group.shown { group.others.append(citation(copy.copy)) }
        }
        try flush()
        try writer.finish()
        try sink.finish()
        StandardError.writeLine(
            number == 0
                ? "no event stands twice"
                : "\(HumanText.counted(events, "event")) with \(HumanText.counted(number, "copy", "copies")) beyond the first"
        )
        if number > 0 { throw ExitStatus.no }
    }

    /// One event and its copies.
    private struct Group {
        /// Citations listed in one row.
        static let shown = 1_000

        var first: Copies.Citation?
        var copies = 0
        var others: [String] = []
    }
}
