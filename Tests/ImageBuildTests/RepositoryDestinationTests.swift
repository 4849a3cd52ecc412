// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import Testing

/// Outputs whose image is known by its digest alone.
@Suite struct RepositoryDestinationTests {
    private func destinations(_ texts: [String]) throws -> [BuildDestination] {
        try texts.map { try BuildDestination($0) }
    }

    @Test func namesAreRepositoriesAndNoTags() throws {
        let output = try BuildDestination(
            "type=image,push=true,push-by-digest=true,name-canonical=true,\"name=r.io:5000/a,b\"")
        #expect(output.repositories.map(\.description) == ["r.io:5000/a", "docker.io/library/b"])
        #expect(output.settings.names.isEmpty && output.hasCanonicalNames)
    }

    @Test func whatHasNoNameOfItsOwnTakesThoseOfTheImage() throws {
        var outputs = try destinations([
            "type=registry,push-by-digest=true", "type=registry,push-by-digest=true,name=r.io/b", "out",
        ])
        #expect(try BuildDestination.takeRepositories(from: ["r.io/a"], for: &outputs).isEmpty)
        #expect(outputs.map { $0.repositories.map(\.description) } == [["r.io/a"], ["r.io/b"], []])
    }

    @Test func namesStayTagsWhereNobodyTakesThem() throws {
        var outputs = try destinations(["type=registry,push-by-digest=true,name=r.io/b", "type=registry"])
        #expect(try BuildDestination.takeRepositories(from: ["r.io/a:1"], for: &outputs) == ["r.io/a:1"])
    }

    @Test(arguments: [
        ([String](), "it needs a repository: name=REGISTRY/REPOSITORY"),
        (["r.io/a:1"], "push-by-digest gives an image no tag"),
        (["a:1"], "push-by-digest gives an image no tag"),
        (["r.io/a@sha256:\(String(repeating: "0", count: 64))"], "it has a digest"), (["A"], "reference"),
    ])
    func otherNamesAreRefused(names: [String], reason: String) throws {
        var outputs = try destinations(["type=registry,push-by-digest=true"])
        let error = #expect(throws: InvalidValue.self) {
            try BuildDestination.takeRepositories(from: names, for: &outputs)
        }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }
}
