// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Testing

@Suite struct ReferenceTests {
    static let digest = "sha256:" + String(repeating: "0", count: 64)

    @Test(arguments: [
        ("bash", "docker.io/library/bash:latest"),
        ("bash:5", "docker.io/library/bash:5"),
        ("user/app", "docker.io/user/app:latest"),
        ("docker.io/bash", "docker.io/library/bash:latest"),
        ("index.docker.io/user/app:1", "docker.io/user/app:1"),
        ("localhost/app", "localhost/app:latest"),
        ("localhost:5000/a/b", "localhost:5000/a/b:latest"),  // not Docker Hub
        ("127.0.0.1:5050/team/app:1.0", "127.0.0.1:5050/team/app:1.0"),
        ("registry.example/app", "registry.example/app:latest"),
        ("Registry/app", "Registry/app:latest"),  // a capital makes it a host
        ("[::1]:5000/app:1", "[::1]:5000/app:1"),
        ("host:5000/app", "host:5000/app:latest"),  // the port is no tag
        ("app@\(digest)", "docker.io/library/app@\(digest)"),  // a digest needs no tag
        ("r.io/app:1@\(digest)", "r.io/app:1@\(digest)"),
    ])
    func aNameMeansWhatDockerMakesOfIt(text: String, full: String) throws {
        let reference = try Reference(text)
        #expect(reference.description == full)
        #expect(try Reference(full) == reference)
    }

    @Test(arguments: [
        ("docker.io/library/bash:latest", "bash:latest"),
        ("docker.io/user/app:1", "user/app:1"),
        ("docker.io/library/a/b:1", "library/a/b:1"),
        ("r.io/library/bash:1", "r.io/library/bash:1"),
    ])
    func theFamiliarFormLeavesOutWhatDockerAdds(full: String, familiar: String) throws {
        #expect(try Reference(full).familiar == familiar)
    }

    @Test(arguments: [
        "", ":", ":tag", "App", "user/App", "a:b:c", "app:", "app@", "app@sha256:12", "r.io/", "r.io:x/app",
        "r.io:70000/app", "-r.io/app", "r..io/app", "[::1/app", "[x]:1/app", "https://r.io/app", "a b",
        "app:" + String(repeating: "x", count: 129),
    ])
    func aTextThatNamesNoImageIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try Reference(text) }
    }

    @Test(arguments: [
        "https://user:hunter2@r.io/app:1", "user:hunter2@r.io/app",
        "http://user:hunter2@r.io:5000/a/b@\(digest)",
    ])
    func aPasswordIsNotRepeated(text: String) {
        #expect {
            try Reference(text)
        } throws: { "\($0)".contains("credentials") && !"\($0)".contains("hunter2") }
    }

    @Test func aSchemeIsSaidToBeTooMuch() {
        #expect { try Reference("http://r.io/app") } throws: { "\($0)".contains("it has no scheme") }
    }

    @Test func theErrorNamesTheWholeTextAndTheFaultyPart() {
        #expect {
            try Reference("r.io/Team/app:1")
        } throws: { error in
            "\(error)"
                == "invalid reference \"r.io/Team/app:1\": repository name \"Team/app\": it must be lower-case"
        }
    }
}
