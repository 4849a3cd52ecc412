// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec
import Testing

@Suite struct PolicyScopeTests {
    @Test(arguments: ["registry", "namespace/team", "namespace/team/a", "repository/app", "repository/a/b/c"])
    func isReadAndPrintedAlike(text: String) throws {
        #expect(try PolicyScope(text).description == text)
    }

    @Test(arguments: [
        "", "registry/", "Registry", "namespace", "namespace/", "namespace/Team", "namespace//a", "repo/a",
        "repository/a/", "repository/a:1", " registry",
    ])
    func refusesOtherTexts(text: String) {
        let error = #expect(throws: InvalidValue.self) { try PolicyScope(text) }
        #expect(error?.noun == "scope")
    }

    @Test(arguments: [
        ("registry", "a/x", "a/x"), ("namespace/a", "a/x", "x"), ("namespace/a", "a/y/z", "y/z"),
        ("namespace/a", "b/x", nil), ("namespace/a", "ab/x", nil), ("namespace/a", "a", nil),
        ("namespace/a/b", "a/b/c", "c"), ("namespace/a/b", "a/bc/c", nil), ("repository/a/x", "a/x", "a/x"),
        ("repository/a/x", "a/x2", nil), ("repository/a/x", "a/x/y", nil),
    ])
    func knowsItsRepositories(scope: String, repository: String, name: String?) throws {
        #expect(try PolicyScope(scope).relativeName(of: RepositoryName(repository)) == name)
    }

    @Test func isOrderedFromTheWidestInwards() throws {
        let sorted = ["registry", "namespace/b", "namespace/a/a", "repository/a"]
        #expect(try sorted.reversed().map { try PolicyScope($0) }.sorted().map(\.description) == sorted)
    }
}
