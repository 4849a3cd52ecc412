// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import RegistryTransport
import SystemPackage
import Testing

@Suite struct CredentialStoreTests {
    private let folder: CredentialFolder

    init() throws {
        folder = try CredentialFolder()
    }

    /// A store over `auth.json` and `config.json` in the folder.
    private func store(_ limits: ProgramLimits = FakeHelpers([:]).limits) -> CredentialStore {
        let environment = [
            "XDG_RUNTIME_DIR": folder.path.appending("run").string, "DOCKER_CONFIG": folder.path.string,
            "HOME": folder.path.appending("home").string,
        ]
        return CredentialStore(CredentialPlaces { environment[$0] }, limits)
    }

    private func writeAuthFile(_ text: String) throws {
        let place = folder.path.pushing("run/containers")
        try Folder.create(place)
        try WholeFile.write(Array(text.utf8), to: place.appending("auth.json"))
    }

    private func get(_ store: CredentialStore, _ registry: String) async throws -> Credentials? {
        try await store.credentials(for: CredentialTarget(registry: registry))
    }

    @Test func theFirstFileThatHasCredentialsWins() async throws {
        try writeAuthFile(#"{"auths":{"r.io":{"auth":"dTox"}}}"#)
        _ = try folder.file("config.json", #"{"auths":{"r.io":{"auth":"dToy"},"s.io":{"auth":"dToz"}}}"#)
        #expect(try await get(store(), "r.io") == .basic(user: "u", password: "1"))
        #expect(try await get(store(), "s.io") == .basic(user: "u", password: "3"))
        #expect(try await get(store(), "t.io") == nil)
    }

    @Test func aRegistrysOwnHelperIsAskedBeforeTheOneForAll() async throws {
        let helpers = FakeHelpers([
            "docker-credential-own": ["r.io": .init(user: "o", secret: "1")],
            "docker-credential-all": [
                "s.io": .init(user: "<token>", secret: "T"),
                "https://index.docker.io/v1/": .init(user: "h", secret: "2"),
            ],
        ])
        _ = try folder.file("config.json", #"{"credHelpers":{"r.io":"own"},"credsStore":"all"}"#)
        let store = store(helpers.limits)
        #expect(try await get(store, "r.io") == .basic(user: "o", password: "1"))
        #expect(try await get(store, "s.io") == .identityToken("T"))
        #expect(try await get(store, "registry-1.docker.io") == .basic(user: "h", password: "2"))
        #expect(try await get(store, "t.io") == nil)
        #expect(helpers.calls.first == "docker-credential-own get r.io")
    }

    @Test func whatAHelperDoesNotHaveIsLookedForInTheFile() async throws {
        _ = try folder.file("config.json", #"{"credsStore":"all","auths":{"r.io":{"auth":"dTpw"}}}"#)
        let helpers = FakeHelpers(["docker-credential-all": [:]])
        #expect(try await get(store(helpers.limits), "r.io") == .basic(user: "u", password: "p"))
    }

    @Test(arguments: [
        (Credentials.basic(user: "u", password: "p:w\"\\ü"), "r.io:5000", "r.io:5000"),
        (.identityToken("T"), "docker.io", "https://index.docker.io/v1/"),
    ])
    func whatIsStoredInTheFileIsFoundAgainAndTheRestStays(
        credentials: Credentials, registry: String, key: String
    ) async throws {
        let file = try folder.file(
            "config.json", #"{"psFormat":"x","auths":{"z.io":{"auth":"dTpw"}},"n":1.5,"o":{"a":[null,true]}}"#
        )
        #expect(try await store().store(credentials, for: registry) == .file(file.path))
        #expect(try await get(store(), registry) == credentials)
        #expect(try await get(store(), "z.io") == .basic(user: "u", password: "p"))
        let text = try folder.text("config.json")
        for kept in ["\"psFormat\" : \"x\"", "1.5", "null", "\"\(key)\""] { #expect(text.contains(kept)) }
    }

    @Test func theFileIsItsOwnersAlone() async throws {
        let path = folder.path.appending("config.json")
        _ = try await store().store(.basic(user: "u", password: "p"), for: "r.io")
        var status = stat()
        #expect(stat(path.string, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(chmod(path.string, 0o644) == 0)
        _ = try await store().store(.basic(user: "u", password: "q"), for: "r.io")
        #expect(stat(path.string, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try Folder.names(in: folder.path) == ["config.json"])
    }

    @Test func aLinkToTheFileStaysALink() async throws {
        _ = try folder.file("real.json", "{}")
        #expect(symlink("real.json", folder.path.appending("config.json").string) == 0)
        _ = try await store().store(.identityToken("T"), for: "r.io")
        #expect(try folder.text("real.json").contains("\"T\""))
        var status = stat()
        #expect(lstat(folder.path.appending("config.json").string, &status) == 0)
        #expect(status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test func newCredentialsGoWhereTheRegistryHasSomeAlready() async throws {
        try writeAuthFile(#"{"auths":{"r.io":{"auth":"dTox"}}}"#)
        let place = try await store().store(.basic(user: "u", password: "2"), for: "r.io")
        #expect("\(place)".hasSuffix("auth.json"))
        #expect(try await get(store(), "r.io") == .basic(user: "u", password: "2"))
    }

    @Test func aHelperGetsTheCredentialsAndTheFileForgetsThem() async throws {
        _ = try folder.file("config.json", #"{"credsStore":"all","auths":{"https://r.io":{"auth":"dTpw"}}}"#)
        let helpers = FakeHelpers(["docker-credential-all": [:]])
        let store = store(helpers.limits)
        #expect(
            try await store.store(.identityToken("T"), for: "r.io")
                == .helper(program: "docker-credential-all"))
        #expect(helpers.entry("docker-credential-all", "r.io")?.user == "<token>")
        #expect(helpers.entry("docker-credential-all", "r.io")?.secret == "T")
        #expect(try !folder.text("config.json").contains("dTpw"))
    }

    @Test func loggingOutRemovesFromEveryPlace() async throws {
        try writeAuthFile(#"{"auths":{"r.io/team":{"auth":"dTox"},"s.io":{"auth":"dToy"}}}"#)
        _ = try folder.file("config.json", #"{"credsStore":"all","auths":{"https://r.io":{}}}"#)
        let helpers = FakeHelpers(["docker-credential-all": ["r.io": .init(user: "u", secret: "p")]])
        let store = store(helpers.limits)
        #expect(try await store.registries() == ["r.io", "r.io/team", "s.io"])
        #expect(try await store.erase("r.io").count == 3)
        #expect(try await store.erase("r.io").isEmpty)
        #expect(try await store.registries() == ["s.io"])
    }

    @Test func aDamagedFileStaysAsItIs() async throws {
        _ = try folder.file("config.json", "{geheim")
        await #expect(throws: CredentialError.self) {
            _ = try await store().store(.identityToken("T"), for: "r.io")
        }
        #expect(try folder.text("config.json") == "{geheim")
    }
}

@Suite struct CredentialHelperTests {
    private static let noLimit: @Sendable (Duration) async throws -> Void = { _ in
        try await Task.sleep(for: .seconds(3600))
    }

    /// What asking the helper `x` for the credentials of r.io throws.
    private func error(
        _ runner: @escaping ProgramRunner,
        sleep: @escaping @Sendable (Duration) async throws -> Void = noLimit
    ) async throws -> String {
        let folder = try CredentialFolder()
        _ = try folder.file("config.json", #"{"credsStore":"x"}"#)
        let environment = ["DOCKER_CONFIG": folder.path.string, "HOME": "/nonexistent"]
        let store = CredentialStore(
            CredentialPlaces { environment[$0] }, ProgramLimits(running: runner, sleep: sleep))
        do {
            let found = try await store.credentials(for: CredentialTarget(registry: "r.io"))
            return "found \(String(describing: found))"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        (ProgramResult(status: 1, output: Array("geheim".utf8)), "ended with status 1"),
        (ProgramResult(status: 137, errorOutput: Array("geheim".utf8)), "ended with status 137"),
        (ProgramResult(status: 0, output: Array("geheim".utf8)), "printed something else"),
        (ProgramResult(status: 0, output: Array(#"{"Username":"geheim"}"#.utf8)), "printed something else"),
        (ProgramResult(status: 0), "printed something else"),
    ])
    func aHelperThatFailsIsNamedAndNotQuoted(result: ProgramResult, words: String) async throws {
        let text = try await error { _, _, _ in result }
        #expect(text.contains("docker-credential-x") && text.contains(words) && text.contains("r.io"))
        #expect(!text.contains("geheim"))
    }

    @Test func aMissingHelperIsSaid() async throws {
        #expect(try await error { _, _, _ in throw FakeHelpers.Missing() }.contains("could not be run"))
    }

    @Test func aHelperThatHangsIsEnded() async throws {
        let wait: ProgramRunner = { _, _, _ in
            try await Task.sleep(for: .seconds(3600))
            return ProgramResult(status: 0)
        }
        #expect(try await error(wait, sleep: { _ in }).contains("did not answer within 60 seconds"))
    }

    @Test(arguments: ["../evil", "/bin/sh"])
    func aHelpersNameIsNoPath(name: String) async throws {
        let folder = try CredentialFolder()
        _ = try folder.file("config.json", #"{"credsStore":"\#(name)"}"#)
        let environment = ["DOCKER_CONFIG": folder.path.string, "HOME": "/nonexistent"]
        let helpers = FakeHelpers([:])
        let store = CredentialStore(CredentialPlaces { environment[$0] }, helpers.limits)
        await #expect(throws: CredentialError.self) {
            _ = try await store.credentials(for: CredentialTarget(registry: "r.io"))
        }
        #expect(helpers.calls.isEmpty)
    }
}
