// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// Logging in to docker-registry with a password file, and out again.
@Suite struct LoginTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// Runs `stet` with `geheim` or another word on its standard input.
    private func stet(_ arguments: String, word: String = "geheim") async throws -> ProgramResult {
        var shell = Program("sh")
        shell.environment = Program.stet(home: folder.path).environment
        shell.environment["DOCKER_CONFIG"] = folder.path.appending("docker").string
        shell.environment["WORD"] = word
        shell.environment["HELPER_FOLDER"] = folder.path.string
        let path = folder.path.appending("bin")
        return try await shell(
            "-c", "printf '%s\\n' \"$WORD\" | PATH=\"\(path):$PATH\" \(Program.stetPath) \(arguments)")
    }

    private func withRegistry(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        // The user u with the password geheim, in bcrypt, which is all that docker-registry reads.
        try folder.write(
            "u:$2b$12$yXEyEPA1GACZo8/SM5/R9.z8Dt539D5cikkDPL1Kwb5V9K4ut8lRq\n", "htpasswd")
        let settings = "auth: {htpasswd: {realm: test, path: \(folder.path.appending("htpasswd"))}}"
        try await Peers.withDockerRegistry(in: folder.path, settings: settings, body)
    }

    @Test func credentialsAreKeptInTheFileOnceTheRegistryTakesThem() async throws {
        try await withRegistry { address in
            let wrong = try await stet("login -u u --password-stdin \(address)", word: "falsch")
            #expect(wrong.status == 1 && wrong.errors.contains("does not take this user name and password"))
            #expect(!wrong.description.contains("falsch"))
            #expect(!Folder.isFolder(folder.path.appending("docker")))

            let right = try await stet("login -u u --password-stdin \(address)")
            #expect(right.status == 0 && right.errors.contains("logged in to \(address)"), "\(right)")
            #expect(!right.description.contains("geheim"))
            #expect(try folder.text("docker/config.json").contains("dTpnZWhlaW0="))
            let tags = try await stet("tags \(address)/team/app")
            #expect(tags.errors.contains("404"), "\(tags)")

            #expect(try await stet("logout \(address)").errors.contains("logged out of \(address)"))
            #expect(try await stet("tags \(address)/team/app").errors.contains("401"))
            #expect(try await stet("logout \(address)").errors.contains("not logged in"))
        }
    }

    @Test func aCredentialHelperKeepsThem() async throws {
        try folder.write(#"{"credsStore":"test"}"#, "docker/config.json")
        try folder.write("", "bin/placeholder")
        let helper = """
            #!/bin/sh
            file="$HELPER_FOLDER/kept.json"
            case "$1" in
                store) cat > "$file" ;;
                get) cat "$file" 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
                erase) rm -f "$file" ;;
                *) echo "geheim"; exit 3 ;;
            esac
            """
        try WholeFile.write(
            Array(helper.utf8), to: folder.path.pushing("bin/docker-credential-test"), mode: 0o755)
        try await withRegistry { address in
            let login = try await stet("login -u u --password-stdin \(address)")
            #expect(login.status == 0 && login.errors.contains("docker-credential-test"), "\(login)")
            #expect(try folder.text("docker/config.json") == #"{"credsStore":"test"}"#)
            #expect(try folder.text("kept.json").contains(#""Secret":"geheim""#))
            #expect(try await stet("tags \(address)/team/app").errors.contains("404"))
            #expect(try await stet("logout \(address)").status == 0)
            #expect(throws: FileError.self) { _ = try folder.text("kept.json") }

            let all = try await stet("logout --all")
            #expect(all.status == 1 && all.errors.contains("docker-credential-test ended with status 3"))
            #expect(!all.description.contains("geheim"))
        }
    }

    /// The helper's shell reads its own status: it blocks signals for as long as it starts a program.
    @Test func aCredentialHelperGetsItsSignalsAndItsRubbishIsNotQuoted() async throws {
        try folder.write(#"{"credsStore":"odd"}"#, "docker/config.json")
        try folder.write("", "bin/placeholder")
        let helper = """
            #!/bin/sh
            while read -r line; do
                case "$line" in SigBlk:*|SigIgn:*) echo "$line" >> "$HELPER_FOLDER/signals" ;; esac
            done < /proc/$$/status
            echo geheim
            """
        try WholeFile.write(
            Array(helper.utf8), to: folder.path.pushing("bin/docker-credential-odd"), mode: 0o755)
        try await withRegistry { address in
            let tags = try await stet("tags \(address)/team/app")
            #expect(tags.status == 1, "\(tags)")
            #expect(tags.errors.contains("docker-credential-odd printed something else than credentials"))
            #expect(!tags.description.contains("geheim"))
        }
        let sets = try folder.text("signals").split(separator: "\n")
        #expect(sets.count >= 2)
        for line in sets {
            let set = try #require(UInt64(line.split(separator: "\t").last ?? "", radix: 16), "\(line)")
            // Those of a terminal, SIGPIPE and SIGTERM: a helper that is interrupted ends.
            for number in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM] {
                #expect(set & (1 << UInt64(number - 1)) == 0, "\(line) \(number)")
            }
        }
    }

    @Test(arguments: [
        ("login -u u localhost:1", "--password-stdin"), ("login --password-stdin localhost:1", "--user"),
        ("login -u u --password-stdin https://u:geheim@r.io", "credentials do not belong"),
        ("login -u u --password-stdin 'a b'", "invalid registry"), ("logout", "Name a registry"),
        ("logout --all r.io", "Name a registry"),
    ])
    func badUsageIsToldApart(arguments: String, words: String) async throws {
        let result = try await stet(arguments)
        #expect(result.status == 2 && result.errors.contains(words), "\(result)")
        #expect(!result.description.contains("geheim"))
    }

    @Test func theRegistriesFileBlocksAndMisspeltKeysAreWarnedOf() async throws {
        try folder.write(
            "[[registry]]\nlocation = \"bad.example\"\nblocked = true\nblockd = true\n",
            "config/containers/registries.conf")
        let result = try await stet("tags bad.example/app")
        #expect(result.status == 1 && result.errors.contains("bad.example is blocked in"), "\(result)")
        #expect(result.errors.contains("warning: ") && result.errors.contains("registry[0].blockd"))
    }
}
