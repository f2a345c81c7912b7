/// A command whose answer a person may want to read page by page.
protocol PagedCommand {
    var global: GlobalOptions { get }
    /// Whether lines may be wider than the terminal.
    var isWide: Bool { get }
}

extension PagedCommand {
    var isWide: Bool { false }
}

extension SearchCommand: PagedCommand { var isWide: Bool { wide } }
extension ShowCommand: PagedCommand {}
extension DuplicatesCommand: PagedCommand {}
extension DiffCommand: PagedCommand {}
extension LogCommand: PagedCommand {}

extension CountCommand: PagedCommand { var isWide: Bool { rows.wide } }
extension TopCommand: PagedCommand { var isWide: Bool { rows.wide } }
extension TimelineCommand: PagedCommand { var isWide: Bool { rows.wide } }
extension FieldsCommand: PagedCommand { var isWide: Bool { rows.wide } }
extension SOLCommand: PagedCommand { var isWide: Bool { rows.wide } }
extension ExportsCommand: PagedCommand {}
extension RejectsCommand: PagedCommand {}
