import Rendering

/// A report for the terminal: the facts, and the first rows of each table.
public enum ReportText {
    private static let rows = 12

    public static func write(_ report: Report, to sink: OutputSink, color: ColorChoice) throws {
        try sink.write("\(report.title)\n")
        for section in report.sections {
            try sink.write("\n\(section.title)\n")
            if !section.facts.isEmpty {
                var writer = try RowWriter(
                    columns: [OutputColumn(""), OutputColumn("")], format: .table, sink: sink)
                for fact in section.facts { try writer.write([.text("  " + fact.name), fact.value]) }
                try writer.finish()
            }
            for table in section.tables where !table.rows.isEmpty {
                try sink.write("\n")
                var options = RowOptions()
                options.color = color.isOn(terminal: sink.isTerminal)
                var writer = try RowWriter(columns: table.columns, format: .table, sink: sink, options: options)
                for row in table.rows.prefix(rows) { try writer.write(row) }
                try writer.finish()
                if table.rows.count > rows { try sink.write("… \(table.rows.count - rows) more rows\n") }
            }
        }
        try sink.write("\nresults \(ReportJSON.digest(report))\n")
    }
}

/// Arguments as a person would type them.
public enum ShellText {
    public static func quoted(_ argument: String) -> String {
        let isPlain =
            !argument.isEmpty
            && argument.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "@%+=:,./_-".utf8.contains(byte)
                }
            }
        if isPlain { return argument }
        return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
