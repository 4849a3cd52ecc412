// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import ImageBuild
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

/// Files that a person names may be pipes to which nobody writes.
@Suite struct WaitingInputTests {
    private func review(_ request: BuildRequest) -> Task<DockerfileReview, any Error> {
        Task { try await DockerfileReview.of(request) }
    }

    @Test func aDockerfileComesThroughANamedPipe() async throws {
        let scratch = try ScratchFolder()
        let pipe = try NamedPipe(in: scratch.path)
        var request = BuildRequest(context: scratch.path)
        request.dockerfile = .file(pipe.path)
        let task = review(request)
        try await pipe.whenRead { _ = try $0.writeAll(Array("FROM scratch AS A\n".utf8)) }
        #expect(try await task.value.warnings.map(\.rule) == [.stageNameCasing])
    }

    @Test(arguments: ["Dockerfile", "Dockerfile.dockerignore", ".dockerignore"])
    func aBuildThatWaitsForAPipeCanBeCancelled(name: String) async throws {
        let scratch = try ScratchFolder()
        let file = try scratch.file("text", "FROM scratch\n")
        let pipe = try NamedPipe(in: scratch.path, named: name)
        var request = BuildRequest(context: scratch.path)
        if name != "Dockerfile" {
            request.dockerfile = .file(name == ".dockerignore" ? file : scratch.path.appending("Dockerfile"))
            _ = try scratch.file("Dockerfile", "FROM scratch\n")
        }
        let task = review(request)
        try await pipe.whenRead { _ in
            task.cancel()
            let error = await #expect(throws: BuildError.self) { try await task.value }
            guard case .cancelled? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
