// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SystemPackage
import Testing

/// `stet build --call`: what is known of a Dockerfile without building it.
@Suite struct BuildCallTests {
    private let folder: TestFolder

    private static let dockerfile = """
        # RELEASE of the base
        ARG RELEASE=12
        FROM scratch AS Base
        # app is the program
        FROM base AS app
        ARG RELEASE
        RUN --mount=type=secret,id=token,required=true --mount=type=ssh [\"/x\"]

        """

    init() throws {
        folder = try TestFolder()
        try folder.write(Self.dockerfile, "context/Dockerfile")
    }

    private func call(_ arguments: String...) async throws -> ProgramResult {
        let stet = Program.stet(home: folder.path.appending("home"))
        return try await stet.run(["build"] + arguments + [folder.path.appending("context").string])
    }

    @Test func theOutlineIsATable() async throws {
        let result = try await call("--call=outline", "--build-arg", "RELEASE=13")
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output == """
                TARGET:      app
                DESCRIPTION: is the program

                BUILD ARG  VALUE  DESCRIPTION
                RELEASE    13     of the base

                SECRET  REQUIRED
                token   true

                SSH      REQUIRED
                default

                """)
    }

    @Test func theTargetsAreATable() async throws {
        let result = try await call("--call", "targets")
        let table = "TARGET         DESCRIPTION\nbase\napp (default)  is the program\n"
        #expect(result.output == table, "\(result)")
    }

    @Test(arguments: [
        ("outline", ["args", "description", "name", "secrets", "sources", "ssh"]),
        ("targets", ["sources", "targets"]), ("check", ["sources", "warnings"]),
    ])
    func programsGetBuildKitsMembers(method: String, members: [String]) async throws {
        let result = try await call("--call=\(method),format=json")
        #expect(result.status == (method == "check" ? 1 : 0), "\(result)")
        let value = try JSONDocument.decode(JSONValue.self, from: Array(result.output.utf8), noun: "answer")
        guard case .object(let object) = value else {
            Issue.record("\(result)")
            return
        }
        #expect(object.keys.sorted() == members)
        if method == "targets" {
            let last = value["targets"]?.array?.last
            #expect(last?["name"] == .string("app") && last?["default"] == .bool(true))
            #expect(last?["base"] == .string("base") && last?["description"] == .string("is the program"))
        }
        if method == "check" {
            let first = value["warnings"]?.array?.first
            #expect(first?["ruleName"] == .string("StageNameCasing"))
            #expect(first?["location"]?["ranges"]?.array?.first?["start"]?["line"] == .integer(3))
        }
    }

    @Test func aCheckCanBeAskedWithoutItsStatus() async throws {
        #expect(try await call("--call=check").status == 1)
        let ignored = try await call("--call=check,ignorestatus")
        #expect(ignored.status == 0 && ignored.output.contains("1 warning has been found!"), "\(ignored)")
    }
}
