import Commands

@main
enum Main {
    static func main() {
        CommandLineTool.main()
    }
}
