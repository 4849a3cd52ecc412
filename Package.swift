// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// What every target compiles with: see docs/style.md.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// What a released stet links to carry the Swift runtime, for machines without a toolchain.
///
/// The libraries
/// behind Foundation are named because only modules compiled with `-static-stdlib` name them themselves, and
/// those cannot be tested: there is no static Testing library.
let staticRuntime = [
    "-static-stdlib", "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims",
    "-l_FoundationCollections", "-lstdc++",
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "stet",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "stet", targets: ["stet"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // The C libraries.
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        // Floor 1: values.
        room("OCISpec", [crypto]),
        room("Immutability", ["OCISpec"]),
        room("DockerfileSyntax", ["SourceText"]),
        room("SourceText"),
        room("LocatedYAML", ["SourceText", yams]),
        room("TaskFile", ["SourceText", "LocatedYAML"]),

        // Floor 2: edges.
        room("BlockingIO", [system]),
        room("LayerArchive", ["OCISpec", "BlockingIO", "CArchive", "CIsal", system]),
        room("ImageStore", ["OCISpec", "BlockingIO", "LayerArchive", system]),
        room("RegistryTransport", ["OCISpec", "ImageStore"]),
        room("CurlTransport", ["RegistryTransport", "CCurl"]),
        room("RegistryClient", ["OCISpec", "ImageStore", "RegistryTransport"]),

        // Floor 3: features.
        room(
            "ImageBuild",
            [
                "OCISpec", "DockerfileSyntax", "BlockingIO", "LayerArchive", "ImageStore", "RegistryClient",
                system,
            ]),
        room(
            "TaskRun",
            ["OCISpec", "TaskFile", "BlockingIO", "ImageBuild", "ImageStore", "RegistryClient", system]),
        room("Conformance", ["OCISpec", "RegistryTransport", yams]),
        room(
            "RegistryServer", ["OCISpec", "Immutability", "BlockingIO", hummingbird, grdb, logging, system]),

        // Floor 4: the command.
        .executableTarget(
            name: "stet",
            dependencies: [
                "OCISpec", "Immutability", "TaskFile", "BlockingIO", "ImageStore", "RegistryTransport",
                "CurlTransport",
                "RegistryClient", "ImageBuild", "TaskRun", "Conformance", "RegistryServer", argumentParser,
                logging, hummingbird, grdb, yams,
                system, subprocess,
            ],
            swiftSettings: strict,
            linkerSettings: [.unsafeFlags(staticRuntime, .when(configuration: .release))]),

        tests("SourceTextTests", ["SourceText"]),
        tests("LocatedYAMLTests", ["LocatedYAML", "SourceText"]),
        tests("OCISpecTests", ["OCISpec"]),
    ]
)
