// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// Registries are held against what is known of them: `conformance/expected`.
@Suite struct CertifyBaselineTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private func expected(_ name: String) -> String {
        let sources = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent()
        return sources.appending("conformance").appending("expected").appending("\(name).json").string
    }

    @Test func ourOwnRegistryIsWhatItWas() async throws {
        let (stet, expected) = (stet, expected("stet"))
        let result = try await Peers.withStetServe(in: folder.path) { registry in
            try await stet("certify", registry, "--baseline", expected)
        }
        #expect(result.status == 0, "\(result)")
    }

    @Test func dockerRegistryIsWhatItWas() async throws {
        let (stet, expected) = (stet, expected("docker-registry"))
        let result = try await Peers.withDockerRegistry(in: folder.path) { registry in
            try await stet("certify", registry, "--baseline", expected)
        }
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("Against the baseline:\nlevel: protocol → protocol"), "\(result)")
    }

    @Test func aRegistryThatIsWorseThanItsBaselineFails() async throws {
        let (stet, expected) = (stet, expected("stet"))
        let result = try await Peers.withDockerRegistry(in: folder.path) { registry in
            try await stet("certify", registry, "--baseline", expected)
        }
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("overwrite-same-flow: passed → violated"), "\(result)")
    }

    @Test func aBaselineIsWrittenAndReadBack() async throws {
        let file = folder.path.appending("baseline.json").string
        let arguments = ["certify", "--only", "protocol"]
        let first = try await stet.run(arguments + ["--write-baseline", file, "--require", "protocol"])
        #expect(first.status == 0, "\(first)")
        let second = try await stet.run(arguments + ["--baseline", file])
        #expect(second.status == 0, "\(second)")
        #expect(second.output.contains("nothing else changed"), "\(second)")
    }

    @Test func whatIsNoBaselineIsRefusedBeforeTheRun() async throws {
        try folder.write("[]", "wrong.json")
        let result = try await stet("certify", "--baseline", folder.path.appending("wrong.json").string)
        #expect(result.status == 2 && result.errors.contains("wrong.json"), "\(result)")
        #expect(!result.errors.contains("scenarios"), "\(result)")
    }
}
