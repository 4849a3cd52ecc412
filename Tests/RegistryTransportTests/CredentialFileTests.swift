// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistryTransport
import SystemPackage
import Testing

/// A folder that goes away with the test.
final class CredentialFolder {
    let path: FilePath

    init() throws {
        path = FilePath("/tmp/stet-credentials-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(path)
    }

    deinit { try? Folder.remove(path) }

    func file(
        _ name: String, _ text: String, _ format: CredentialFile.Format = .docker
    ) throws
        -> CredentialFile
    {
        let file = path.appending(name)
        try WholeFile.write(Array(text.utf8), to: file)
        return CredentialFile(file, format)
    }

    func text(_ name: String) throws -> String {
        String(decoding: try WholeFile.read(path.appending(name)), as: UTF8.self)
    }
}

@Suite struct CredentialFileTests {
    private func credentials(
        _ text: String, _ registry: String, _ repository: String? = nil
    ) throws
        -> Credentials?
    {
        let folder = try CredentialFolder()
        let target = CredentialTarget(
            registry: registry, repository: try repository.map { try RepositoryName($0) })
        return try folder.file("config.json", text).credentials(for: target)
    }

    @Test(arguments: [
        (
            #"{"auths":{"r.io":{"auth":"dTpwOnc="}}}"#, "r.io",
            Credentials?.some(.basic(user: "u", password: "p:w"))
        ),
        (#"{"auths":{"https://r.io/v2/":{"auth":"dTpw"}}}"#, "r.io", .basic(user: "u", password: "p")),
        (#"{"auths":{"http://r.io":{"auth":"dTpw"}}}"#, "r.io", .basic(user: "u", password: "p")),
        (#"{"auths":{"R.io":{"auth":"dTpw"}}}"#, "r.IO", .basic(user: "u", password: "p")),
        (
            #"{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}}"#, "docker.io",
            .basic(user: "u", password: "p")
        ),
        (
            #"{"auths":{"docker.io":{"auth":"dTpw"}}}"#, "registry-1.docker.io",
            .basic(user: "u", password: "p")
        ),
        (#"{"auths":{"r.io":{"username":"u","password":"p"}}}"#, "r.io", .basic(user: "u", password: "p")),
        (#"{"auths":{"r.io":{"auth":"dTpw","identitytoken":"T"}}}"#, "r.io", .identityToken("T")),
        (#"{"auths":{"r.io":{"auth":"PHRva2VuPjpU"}}}"#, "r.io", .identityToken("T")),
        // The plain spelling wins; an entry without credentials is none.
        (
            #"{"auths":{"https://r.io":{"auth":"dTox"},"r.io":{"auth":"dToy"}}}"#, "r.io",
            .basic(user: "u", password: "2")
        ),
        (
            #"{"auths":{"https://r.io":{"auth":"dTox"},"r.io":{}}}"#, "r.io",
            .basic(user: "u", password: "1")
        ),
        (#"{"auths":{"r.io":{}}}"#, "r.io", nil),
        (#"{"auths":{"r.io":{"auth":""}}}"#, "r.io", nil),
        (#"{"auths":{"r.io:5000":{"auth":"dTpw"}}}"#, "r.io", nil),  // another port is another registry
        (#"{"auths":{"r.io/team":{"auth":"dTpw"}}}"#, "r.io", nil),
        (#"{"auths":[]}"#, "r.io", nil), (#"{}"#, "r.io", nil), ("", "r.io", nil), (" \n", "r.io", nil),
    ])
    func credentialsAreFoundUnderTheSpellingsOfTheTools(
        text: String, registry: String, found: Credentials?
    ) throws {
        #expect(try credentials(text, registry) == found)
    }

    @Test(arguments: [
        ("a/b/c", "3"), ("a/b", "2"), ("a/b/d", "2"), ("a", "1"), ("a/x", "1"), ("ab", "0"), ("z", "0"),
    ])
    func theLongestPathWins(repository: String, password: String) throws {
        let text = """
            {"auths": {"r.io": {"auth": "dTow"}, "r.io/a": {"auth": "dTox"}, "r.io/a/b": {"auth": "dToy"},
             "r.io/a/b/c": {"auth": "dToz"}, "s.io/a": {"auth": "dTo5"}}}
            """
        #expect(try credentials(text, "r.io", repository) == .basic(user: "u", password: password))
    }

    @Test(arguments: [
        "geheim", #"["geheim"]"#, #"{"auths":{"r.io":{"auth":"geheim!"}}}"#,
        #"{"auths":{"r.io":{"auth":"Z2VoZWlt"}}}"#, #"{"auths":{"r.io":{"auth":"geheim"#,
    ])
    func whatCannotBeReadIsAnErrorWithTheFileAndWithoutItsContent(text: String) {
        #expect {
            try credentials(text, "r.io")
        } throws: { error in
            let words = "\(error) \(String(reflecting: error))"
            return words.contains("config.json") && !words.contains("geheim") && !words.contains("Z2Vo")
        }
    }

    @Test func aMissingFileHasNoCredentials() throws {
        let file = CredentialFile("/nonexistent/config.json")
        #expect(try file.credentials(for: CredentialTarget(registry: "r.io")) == nil)
    }

    @Test(
        arguments: [
            ([:], ["/.config/containers/auth.json", "/.docker/config.json"], "/.docker/config.json"),
            (
                ["HOME": "/h", "XDG_RUNTIME_DIR": "/run/1", "DOCKER_CONFIG": ""],
                ["/run/1/containers/auth.json", "/h/.config/containers/auth.json", "/h/.docker/config.json"],
                "/h/.docker/config.json"
            ),
            (
                [
                    "HOME": "/h", "REGISTRY_AUTH_FILE": "/a.json", "DOCKER_CONFIG": "/d",
                    "XDG_CONFIG_HOME": "/c",
                ],
                ["/a.json", "/c/containers/auth.json", "/d/config.json"], "/a.json"
            ),
        ] as [([String: String], [String], String)])
    func theFilesAreThoseOfTheTools(environment: [String: String], files: [String], preferred: String) {
        let places = CredentialPlaces { environment[$0] }
        #expect(places.files.map(\.path.string) == files)
        #expect(places.preferred.path.string == preferred)
    }
}
