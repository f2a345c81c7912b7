// swift-tools-version:6.1
import PackageDescription

/// Set by `.ci/run`. Only our own targets are concerned: warnings of dependencies stay warnings.
let warningsAsErrors: [SwiftSetting] =
    Context.environment["COLDTRAIL_STRICT"] == "1" ? [.unsafeFlags(["-warnings-as-errors"])] : []

/// The loops over bytes are a hundred times slower without the optimizer, and so would be the tests that ingest.
/// `DEBUG` stays set in a debug build, and with it the fault points of the crash tests.
let optimizedDebug: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// The tests run with checks for overlapping access to variables; in the release build, which they have proven, the checks
/// would take a tenth of the time of loops over rows.
let uncheckedRelease: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + warningsAsErrors + optimizedDebug + uncheckedRelease

let package = Package(
    name: "coldtrail",
    platforms: [.macOS(.v14)],
    products: [
        .executable(name: "coldtrail", targets: ["coldtrail"]),
        .executable(name: "coldtrail-generate", targets: ["coldtrail-generate"]),
        .library(name: "ColdtrailKit", targets: ["Compare", "Search", "Ingest", "Archive", "QueryLanguage", "Events"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // C libraries, each behind a module map or a small shim.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .target(
            name: "CSimdjson",
            cxxSettings: [.unsafeFlags(["-O3"])],
            linkerSettings: [.linkedLibrary("simdjson")]
        ),

        .target(
            name: "CRE2",
            cxxSettings: [.unsafeFlags(["-O3"])],
            linkerSettings: [.linkedLibrary("re2")]
        ),
        .target(name: "CPlatform"),
        // Loads its library at run time, and does without where there is none.
        .target(name: "CMultiBuffer"),
        .target(name: "CSQLiteShim", linkerSettings: [.linkedLibrary("sqlite3")]),

        .target(name: "Gzip", dependencies: ["CZlib", "CIsal"], swiftSettings: strict),
        .target(name: "Zstd", dependencies: ["CZstd"], swiftSettings: strict),
        .target(
            name: "Events",
            dependencies: ["CSimdjson", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(name: "QueryLanguage", dependencies: ["Events"], swiftSettings: strict),
        .target(
            name: "Archive",
            dependencies: [
                "Events", "Zstd", "CSQLite", "CSQLiteShim", "CPlatform",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Ingest",
            dependencies: [
                "Archive", "Events", "Gzip", "Zstd", "CMultiBuffer", "CPlatform",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Search", dependencies: ["Archive", "QueryLanguage", "Events", "CPlatform", "CRE2"],
            swiftSettings: strict),
        .target(
            name: "Compare",
            dependencies: [
                "Archive", "Events", "Ingest", "QueryLanguage", "Search",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(name: "Rendering", dependencies: ["Events"], swiftSettings: strict),
        .target(name: "SOLLanguage", dependencies: ["QueryLanguage", "Events"], swiftSettings: strict),
        .target(
            name: "SOLEngine",
            dependencies: ["Archive", "CRE2", "Events", "QueryLanguage", "Rendering", "Search", "SOLLanguage"],
            swiftSettings: strict),
        .target(
            name: "Reports",
            dependencies: [
                "Archive", "Compare", "Events", "QueryLanguage", "Rendering", "Search",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Commands",
            dependencies: [
                "Archive", "Compare", "Reports", "SOLEngine", "SOLLanguage", "Events", "Ingest", "Search",
                "QueryLanguage", "Rendering",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "coldtrail", dependencies: ["Commands"], swiftSettings: strict),

        // Synthetic exports for SampleData, the tests and the benchmark.
        .target(name: "ExportGenerator", dependencies: ["CZlib"], swiftSettings: strict),
        .executableTarget(
            name: "coldtrail-generate",
            dependencies: [
                "ExportGenerator", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        .testTarget(
            name: "UnitTests",
            dependencies: [
                "Gzip", "Zstd", "Events", "QueryLanguage", "Archive", "Ingest", "Search", "Rendering",
                "SOLEngine", "SOLLanguage", "ExportGenerator", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PropertyTests",
            dependencies: [
                "Compare", "QueryLanguage", "Search", "Archive", "Ingest", "Events", "ExportGenerator", "SOLEngine",
                "SOLLanguage",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["coldtrail", "coldtrail-generate", "ExportGenerator", "CZlib"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
