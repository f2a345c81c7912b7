import Archive
import Events
import Zstd

/// The versions of what shapes a partition's bytes.
enum LibraryVersions {
    /// How this program was built, for the audit log.
    static var build: String {
        #if DEBUG
            let kind = "debug"
        #else
            let kind = "release"
        #endif
        #if arch(x86_64)
            let machine = "x86_64"
        #elseif arch(arm64)
            let machine = "arm64"
        #else
            let machine = "other"
        #endif
        return "\(kind) \(machine); \(text)"
    }

    static let text = "sqlite \(SQLiteVersion.text); zstd \(ZstdVersion.text); unicode \(WordCharacters.unicodeVersion)"
}
