// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Testing

@Suite struct TagTests {
    @Test(arguments: ["latest", "v1.0", "1", "_x", "A-b_c.d", String(repeating: "x", count: 128)])
    func aTagOfTheSpecificationRoundTrips(text: String) throws {
        #expect(try Tag(text).rawValue == text)
    }

    @Test(arguments: [
        "", ".x", "-x", "a b", "a/b", "a:b", "a@b", "ä", "a\0", "a\n", String(repeating: "x", count: 129),
    ])
    func aTextOutsideTheGrammarIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try Tag(text) }
    }

    @Test func tagsSortByBytes() throws {
        #expect(
            try ["b", "B", "a", "_"].map { try Tag($0) }.sorted().map(\.rawValue) == ["B", "_", "a", "b"])
    }
}

@Suite struct RepositoryNameTests {
    @Test(arguments: [
        "a", "library/bash", "a/b/c/d", "0", "a.b", "a_b", "a__b", "a-b", "a---b", "blobs/uploads",
        "manifests",
        String(repeating: "x", count: 255),
    ])
    func aNameOfTheSpecificationRoundTrips(text: String) throws {
        #expect(try RepositoryName(text).rawValue == text)
    }

    @Test(arguments: [
        "", "/", "a/", "/a", "a//b", "A", "a..b", "a._b", "a___b", "-a", "a-", ".a", "a.", "a b", "ä", "a:b",
        "..",
        String(repeating: "x", count: 256),
    ])
    func aTextOutsideTheGrammarIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try RepositoryName(text) }
    }

    @Test func aNamespaceEndsAtASlash() throws {
        #expect(try RepositoryName("team/app").isUnder(namespace: "team"))
        #expect(try RepositoryName("team/a/b").isUnder(namespace: "team"))
        #expect(try !RepositoryName("teams/app").isUnder(namespace: "team"))
        #expect(try !RepositoryName("team").isUnder(namespace: "team"))
    }
}

@Suite struct PlatformTests {
    @Test(arguments: [
        ("linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/v6", "linux/arm/v6"),
        ("Linux/AMD64", "linux/amd64"),
        ("linux/amd64/v1", "linux/amd64"),
        ("linux/amd64/v3", "linux/amd64/v3"),
        ("linux/i386", "linux/386"),
        ("linux/arm/7", "linux/arm/v7"),
        ("linux/arm64/8", "linux/arm64"),
    ])
    func aPlatformIsReadWithItsAliases(text: String, canonical: String) throws {
        #expect(try Platform(text).description == canonical)
    }

    @Test(arguments: ["", "linux", "linux/", "/amd64", "a/b/c/d", "linux/amd 64"])
    func aTextOutsideTheGrammarIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try Platform(text) }
    }

    @Test(arguments: [
        ("linux/arm/v6", "linux/arm/v7", true), ("linux/arm/v5", "linux/arm/v7", true),
        ("linux/arm/v7", "linux/arm/v6", false), ("linux/arm", "linux/arm/v7", true),
        ("linux/arm/v7", "linux/arm64", false), ("linux/arm/x", "linux/arm/v7", false),
        ("linux/amd64", "linux/amd64/v3", true), ("linux/amd64/v2", "linux/amd64/v3", true),
        ("linux/amd64/v3", "linux/amd64/v2", false), ("linux/amd64/v2", "linux/amd64", false),
        ("linux/amd64/x", "linux/amd64", false), ("linux/arm64", "linux/arm64/v9", true),
        ("linux/386", "linux/amd64", false), ("linux/s390x", "linux/s390x", true),
    ])
    func aProcessorRunsWhatIsForOlderOnesOfItsKind(image: String, machine: String, runs: Bool) throws {
        #expect(try Platform(image).satisfies(Platform(machine)) == runs)
    }

    @Test func theDefaultVariantIsTheSameAsNone() throws {
        var stated = Platform(os: "linux", architecture: "arm64", variant: "v8")
        #expect(try stated.satisfies(Platform("linux/arm64")))
        stated.variant = "v9"
        #expect(try !stated.satisfies(Platform("linux/arm64")))
        let old = Platform(os: "linux", architecture: "amd64", variant: "v1")
        #expect(try old.satisfies(Platform("linux/amd64")))
    }

    @Test(arguments: [("linux/amd64", 0), ("linux/amd64/v2", 1), ("linux/amd64/v4", 2)])
    func ofAnIndexTheNewestIsTakenThatTheProcessorRuns(machine: String, number: Int) throws {
        let manifests = ["linux/amd64", "linux/amd64/v2", "linux/amd64/v3"].map { text in
            var descriptor = Descriptor(
                mediaType: .ociManifest, digest: Digest(of: Array(text.utf8)), size: 1)
            descriptor.platform = try? Platform(text)
            return descriptor
        }
        let index = ImageIndex(manifests: manifests)
        #expect(try index.manifest(for: Platform(machine)) == manifests[number])
    }
}
