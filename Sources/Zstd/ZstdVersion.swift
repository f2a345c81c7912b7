import CZstd

public enum ZstdVersion {
    /// For example `1.5.4`.
    public static var text: String { String(cString: ZSTD_versionString()) }
}
