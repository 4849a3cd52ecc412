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
let rsa = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// What an HTTP server on Hummingbird is made of.
let httpServer: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]

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

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "stet",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "stet", targets: ["stet"])],
    dependencies: [
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // The C libraries, and the kernel's calls that Swift cannot spell.
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLinux"),

        // Floor 1: values.
        room("OCISpec", [crypto]),
        room("SourceText"),
        room("LocatedYAML", ["SourceText", yams]),
        room("Immutability", ["OCISpec"]),
        room("DockerfileSyntax", ["SourceText"]),
        room("TaskFile", ["SourceText", "LocatedYAML", crypto]),

        // Floor 2: edges.
        room("BlockingIO", [system]),
        room("LayerArchive", ["OCISpec", "BlockingIO", "CArchive", "CIsal", "CZstd", "CLinux", system]),
        room("ImageStore", ["OCISpec", "BlockingIO", "LayerArchive", system]),
        room("TerminalProgress", ["OCISpec", "ImageStore"]),
        room("RegistryTransport", ["OCISpec", "BlockingIO", "ImageStore", system]),
        room("CurlTransport", ["BlockingIO", "ImageStore", "RegistryTransport", "CCurl", system]),
        room("RegistriesConf", ["OCISpec", "BlockingIO", toml, system]),
        room(
            "RegistryClient",
            ["OCISpec", "BlockingIO", "ImageStore", "RegistriesConf", "RegistryTransport", system]),

        room(
            "ContainerRun",
            ["OCISpec", "BlockingIO", "LayerArchive", "CLinux", system]),

        // Floor 3: features.
        room(
            "ImageBuild",
            [
                "OCISpec", "SourceText", "DockerfileSyntax", "BlockingIO", "LayerArchive", "ImageStore",
                "CLinux",
                "ContainerRun", "RegistryTransport", "RegistryClient", system,
            ]),
        room(
            "TaskRun",
            [
                "OCISpec", "SourceText", "TaskFile", "BlockingIO", "ContainerRun", "ImageBuild", "ImageStore",
                "RegistryTransport", "RegistryClient", mustache, system,
            ]),
        room(
            "Conformance",
            [
                "OCISpec", "SourceText", "LocatedYAML", "BlockingIO", "ImageStore", "RegistryTransport",
                crypto, rsa,
                mustache, system,
            ]),
        room(
            "RegistryServer",
            [
                "OCISpec", "SourceText", "LocatedYAML", "Immutability", "BlockingIO", crypto, grdb, logging,
                system,
            ] + httpServer),

        // Floor 4: the command.
        .executableTarget(
            name: "stet",
            dependencies: [
                "OCISpec", "Immutability", "TaskFile", "BlockingIO", "ImageStore", "RegistryTransport",
                "CurlTransport", "RegistriesConf", "RegistryClient", "ContainerRun", "DockerfileSyntax",
                "ImageBuild", "SourceText", "TaskRun", "Conformance", "RegistryServer", "TerminalProgress",
                argumentParser, logging, subprocess, system,
            ],
            swiftSettings: strict,
            linkerSettings: [.unsafeFlags(staticRuntime, .when(configuration: .release))]),

        // Tests mirror the targets. ScriptedHTTP is a server that answers as a test says, ScratchFolder a folder that
        // goes away with the test.
        .target(
            name: "ScratchFolder", dependencies: ["BlockingIO", system], path: "Tests/ScratchFolder",
            swiftSettings: strict),
        .target(name: "ScriptedHTTP", path: "Tests/ScriptedHTTP", swiftSettings: strict),
        tests("OCISpecTests", ["OCISpec"]),
        tests("SourceTextTests", ["SourceText"]),
        tests("LocatedYAMLTests", ["LocatedYAML", "SourceText"]),
        tests("ImmutabilityTests", ["Immutability", "OCISpec"]),
        tests("DockerfileSyntaxTests", ["DockerfileSyntax", "SourceText"]),
        tests("TaskFileTests", ["TaskFile", "SourceText"]),
        tests("BlockingIOTests", ["BlockingIO", system]),
        tests("LayerArchiveTests", ["ScratchFolder", "LayerArchive", "BlockingIO", "OCISpec", system]),
        tests(
            "ImageStoreTests",
            ["ScratchFolder", "ImageStore", "LayerArchive", "BlockingIO", "OCISpec", system]),
        tests("TerminalProgressTests", ["TerminalProgress", "ImageStore", "OCISpec"]),
        tests(
            "RegistryTransportTests", ["RegistryTransport", "ImageStore", "BlockingIO", "OCISpec", system]),
        tests(
            "CurlTransportTests",
            ["CurlTransport", "RegistryTransport", "ImageStore", "ScriptedHTTP", system]),
        tests("RegistriesConfTests", ["RegistriesConf", "BlockingIO", "OCISpec", system]),
        tests(
            "RegistryClientTests",
            ["RegistryClient", "RegistriesConf", "RegistryTransport", "ImageStore", "OCISpec", system]),
        tests(
            "ContainerRunTests",
            ["ScratchFolder", "ContainerRun", "ImageStore", "LayerArchive", "BlockingIO", "OCISpec", system]),
        tests(
            "ImageBuildTests",
            [
                "ScratchFolder", "ScriptedHTTP", "ImageBuild", "ContainerRun", "RegistryTransport",
                "RegistryClient", "ImageStore", "LayerArchive", "BlockingIO", "SourceText", "OCISpec", system,
            ]),
        tests(
            "TaskRunTests",
            [
                "ScratchFolder", "TaskRun", "ImageBuild", "ContainerRun", "TaskFile", "RegistryClient",
                "RegistryTransport",
                "ImageStore", "BlockingIO",
                "SourceText",
                "OCISpec", system,
            ]),
        tests(
            "ConformanceTests",
            [
                "ScratchFolder", "Conformance", "RegistryTransport", "ImageStore", "SourceText", "BlockingIO",
                "OCISpec", crypto, system,
            ], exclude: ["Snapshots"]),
        tests(
            "RegistryServerTests",
            [
                "RegistryServer", "Immutability", "CurlTransport", "RegistryTransport", "ImageStore",
                "BlockingIO",
                "OCISpec", system,
            ]),
        tests(
            "IntegrationTests",
            [
                "BlockingIO", "OCISpec", "ImageStore", "RegistryTransport", "CurlTransport",
                "RegistryClient", "ScriptedHTTP", subprocess, system,
            ]),
    ]
)

// Fuzzing: see Fuzz/README.md. What is linked with libFuzzer is built only when it is asked for.
if Context.environment["STET_FUZZ"] != nil {
    let fuzzed: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer"])]
    let driver: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
    for target in package.targets where ["TaskFile", "LocatedYAML", "DockerfileSyntax"].contains(target.name)
    {
        target.swiftSettings = (target.swiftSettings ?? []) + fuzzed
    }
    package.targets.append(.systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"))
    for (name, folder, room) in [
        ("TemplateFuzz", "Template", "TaskFile"), ("AliasFuzz", "Alias", "TaskFile"),
        ("DockerfileFuzz", "Dockerfile", "DockerfileSyntax"),
    ] {
        package.targets.append(
            .executableTarget(
                name: name, dependencies: [.byName(name: room), "SourceText", "CFuzzer"],
                path: "Fuzz/\(folder)", swiftSettings: strict, linkerSettings: driver))
    }
}
