/// Pages that need nothing beside themselves: no scripts, no fonts, no pictures from elsewhere.
public enum HTMLPage {
    /// Text for the inside of an element: markup is escaped, and what acts instead of showing is made visible.
    public static func escaped(_ text: String) -> String {
        escape(TerminalText.escaped(text))
    }

    /// Bytes that may not be UTF-8.
    public static func escaped(_ bytes: [UInt8]) -> String {
        escape(bytes.withUnsafeBytes { TerminalText.escaped($0) })
    }

    /// Everything up to the page's content.
    ///
    /// - Parameter style: more rules for the style sheet.
    public static func start(title: String, style: String = "") -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width">
        <title>\(escaped(title))</title>
        <style>
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 72em; padding: 0 1em; color: #1d1d1f; }
        table { border-collapse: collapse; margin: 1em 0; }
        th, td { text-align: left; padding: .25em .8em; border-bottom: 1px solid #ddd; vertical-align: top; }
        td.n { text-align: right; font-variant-numeric: tabular-nums; }
        code { font: 12px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
        p.note { border-left: 4px solid #d9a400; padding-left: .8em; }
        tr.added td:first-child { color: #176b2c; } tr.removed td:first-child { color: #a3161c; }
        tr.changed td:first-child { color: #8a5a00; }
        svg { width: 100%; max-height: 22em; } rect.added { fill: #3a9a53; } rect.removed { fill: #c8474c; }
        svg text { font-size: 12px; fill: #555; }
        \(style)
        @media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
        </style></head><body>

        """
    }

    /// The end of a page.
    public static func end(_ version: String) -> String {
        "<footer><p>coldtrail \(escaped(version))</p></footer>\n</body></html>\n"
    }

    private static func escape(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
