// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SystemPackage
import Testing

/// `stet policy` against `stet serve`.
@Suite struct PolicyTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    @Test func aPolicyIsSetShownSwitchedAndDeleted() async throws {
        let stet = stet
        let data = folder.path.appending("stet-serve").string
        try await Peers.withStetServe(in: folder.path, writeOnce: false) { registry in
            let place = ["--server", "http://\(registry)", "--data", data]
            func policy(_ arguments: String...) async throws -> ProgramResult {
                try await stet.run(["policy"] + arguments + place)
            }
            let set = try await policy(
                "set", "namespace/team", "--tags", "v*", "--except-tags", "latest", "--except-tags", "dev-*")
            #expect(set.status == 0 && set.output.contains("latest,dev-*"), "\(set)")
            let changed = try await policy("set", "namespace/team", "--deletion", "allow", "--format", "json")
            let shown = try await policy("show", "namespace/team", "--format", "json")
            #expect(
                changed.output == shown.output && shown.output.contains("\"deletion\" : \"allow\""),
                "\(shown)")
            #expect(shown.output.contains("dev-*"), "a field that was not named keeps its value: \(shown)")
            #expect(try await policy("disable", "namespace/team").output.contains("disabled"))
            #expect(try await policy("enable", "namespace/team").output.contains("enabled"))
            #expect(try await policy("list").output.contains("namespace/team"))
            #expect(try await policy("delete", "namespace/team").status == 0)
            let gone = try await policy("show", "namespace/team")
            #expect(gone.status == 1 && gone.errors.contains("namespace/team"), "\(gone)")
        }
    }

    @Test func withoutTheTokenNothingIsChanged() async throws {
        let stet = stet
        try await Peers.withStetServe(in: folder.path, writeOnce: false) { registry in
            let wrong = try await stet(
                "policy", "set", "registry", "--server", "http://\(registry)", "--token", "wrong")
            #expect(wrong.status == 1 && wrong.errors.contains("401"), "\(wrong)")
            let none = try await stet("policy", "list", "--server", "http://\(registry)")
            #expect(none.status == 2 && none.errors.contains("--token"), "\(none)")
        }
    }

    @Test func aPolicyWorksWithTheNextRequest() async throws {
        let (stet, folder) = (stet, folder)
        let data = folder.path.appending("stet-serve").string
        let context = try folder.makeContext("first")
        #expect(try await stet("build", "-t", "r.io/app:1", context.string).status == 0)
        _ = try folder.makeContext("second")
        #expect(try await stet("build", "-t", "r.io/app:2", context.string).status == 0)
        try await Peers.withStetServe(in: folder.path, writeOnce: false) { registry in
            func push(_ image: String, _ tag: String) async throws -> Int32 {
                try await stet("push", "store:r.io/app:\(image)", "\(registry)/team/app:\(tag)").status
            }
            #expect(try await push("1", "latest") == 0)
            #expect(try await push("2", "latest") == 0, "without a policy a tag moves")
            // No server named: the data folder is opened beside the running server.
            let set = try await stet(
                "policy", "set", "namespace/team", "--except-tags", "latest", "--data", data)
            #expect(set.status == 0, "\(set)")
            #expect(try await push("1", "latest") == 0, "an excepted tag still moves")
            #expect(try await push("1", "v1") == 0)
            #expect(try await push("2", "v1") == 1, "a protected tag stands")
            #expect(try await push("1", "v1") == 0, "the same image is no error")
        }
    }

    @Test(arguments: [
        ["set", "nonsense"], ["set", "namespace/UPPER"], ["set", "registry", "--tags", "{a"],
        ["set", "registry", "--identical-push", "perhaps"],
    ])
    func aPolicyThatCannotBeMeantIsRefused(arguments: [String]) async throws {
        let stet = stet
        let data = folder.path.appending("stet-serve").string
        try await Peers.withStetServe(in: folder.path, writeOnce: false) { registry in
            let place = ["--server", "http://\(registry)", "--data", data]
            let result = try await stet.run(["policy"] + arguments + place)
            #expect(result.status == 1 || result.status == 2, "\(result)")
            #expect(try await stet.run(["policy", "list", "--format", "json"] + place).output == "[\n\n]\n")
        }
    }
}
