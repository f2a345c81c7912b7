/// One kind of event: what a source of logs writes, after the platform has parsed it into ECS fields.
public struct EventShape: Sendable {
    /// For people and tests: `windows-4624-logon`.
    public let name: String
    /// How many of about a thousand events are of this kind.
    let weight: Int
    /// The fields, in the notation of `TemplateCompiler`.
    let text: String

    init(_ name: String, weight: Int, _ text: String) {
        self.name = name
        self.weight = weight
        self.text = text
    }

    /// All shapes, in a fixed order.
    public static let all: [EventShape] =
        windowsSecurity + windowsSysmon + endpointAlerts + network + proxies + names + cloud + identity + mail + unix
        + web
}
