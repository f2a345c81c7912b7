import Archive
import Events
import Zstd

/// The versions of what shapes a partition's bytes.
enum LibraryVersions {
    static let text = "sqlite \(SQLiteVersion.text); zstd \(ZstdVersion.text); unicode \(WordCharacters.unicodeVersion)"
}
