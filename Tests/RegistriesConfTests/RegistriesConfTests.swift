// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistriesConf
import SystemPackage
import Testing

@Suite struct RegistriesConfTests {
    private static let file = """
        unqualified-search-registries = ["docker.io", "quay.io"]
        short-name-mode = "permissive"

        [[registry]]
        location = "plain.example:5000"
        insecure = true

        [[registry]]
        prefix = "r.example/team"
        location = "inner.example/mirrored/team/"
        [[registry.mirror]]
        location = "m1.example/team"
        insecure = true
        [[registry.mirror]]
        location = "m2.example:81"
        pull-from-mirror = "digest-only"
        [[registry.mirror]]
        location = "m3.example"
        pull-from-mirror = "tag-only"

        [[registry]]
        prefix = "r.example"
        blocked = true

        [[registry]]
        prefix = "r.example/team/sub"

        [[registry]]
        prefix = "*.wild.example"
        insecure = true

        [[registry]]
        prefix = "*.deep.wild.example/ns"
        location = "deep.example/x"

        [[registry]]
        prefix = "docker.io"
        mirror-by-digest-only = true
        [[registry.mirror]]
        location = "hub.example"

        [[registry]]
        prefix = "one.example/app:1"
        blocked = true

        [aliases]
        "fedora" = "registry.fedoraproject.org/fedora"
        "team/app" = "r.example/team/app"
        """

    private func configuration(_ text: String = file) throws -> RegistriesConf {
        try RegistriesConf(text, file: "/etc/registries.conf")
    }

    private static let digest = "@sha256:" + String(repeating: "0", count: 64)

    /// `registry/repository`, and `!` where it is insecure.
    private func render(_ endpoints: [Endpoint]) -> [String] {
        endpoints.map { "\($0.registry)/\($0.repository)\($0.isInsecure ? "!" : "")" }
    }

    @Test(arguments: [
        ("other.example/a/b:1", ["other.example/a/b"]),
        ("plain.example:5000/a", ["plain.example:5000/a!"]),
        ("plain.example/a", ["plain.example/a"]),  // another port is another registry
        (
            "r.example/team/app:1",
            ["m1.example/team/app!", "m3.example/app", "inner.example/mirrored/team/app"]
        ),
        (
            "r.example/team/app\(digest)",
            ["m1.example/team/app!", "m2.example:81/app", "inner.example/mirrored/team/app"]
        ),
        ("r.example/team/sub/app", ["r.example/team/sub/app"]),  // the longest prefix wins
        ("r.example/team/sub", ["r.example/team/sub"]),
        ("a.wild.example/x", ["a.wild.example/x!"]), ("a.b.wild.example/x", ["a.b.wild.example/x!"]),
        ("wild.example/x", ["wild.example/x"]), ("notwild.example/x", ["notwild.example/x"]),
        ("a.deep.wild.example/ns/y", ["deep.example/x/y"]),
        ("a.deep.wild.example/nsx/y", ["a.deep.wild.example/nsx/y!"]),
        ("bash", ["docker.io/library/bash"]),
        ("bash\(digest)", ["hub.example/library/bash", "docker.io/library/bash"]),
        ("one.example/app:2", ["one.example/app"]), ("one.example/app/b:1", ["one.example/app/b"]),
    ])
    func aPullGoesToTheMirrorsAndThenToTheLocation(reference: String, endpoints: [String]) throws {
        #expect(try render(configuration().resolve(Reference(reference))) == endpoints)
    }

    @Test(arguments: [
        ("r.example/team/app:1", "r.example/team/app"), ("bash\(digest)", "docker.io/library/bash"),
        ("plain.example:5000/a", "plain.example:5000/a!"),
    ])
    func aPushGoesToTheRegistryItself(reference: String, endpoint: String) throws {
        #expect(try render(configuration().resolve(Reference(reference), for: .push)) == [endpoint])
    }

    @Test(arguments: ["r.example/other", "r.example/teamwork", "one.example/app:1"])
    func whatIsBlockedIsRefusedWithItsFile(reference: String) throws {
        let configuration = try configuration()
        for use in [RegistriesConf.Use.pull, .push] {
            #expect {
                _ = try configuration.resolve(Reference(reference), for: use)
            } throws: { "\($0)".contains("blocked in /etc/registries.conf") }
        }
    }

    @Test func aLocationThatLeavesNoRepositoryIsAnError() throws {
        let configuration = try configuration("[[registry]]\nprefix = \"a.io/x\"\nlocation = \"b.io\"")
        #expect(try render(configuration.resolve(Reference("a.io/x/y"))) == ["b.io/y"])
        #expect(throws: ResolutionError.self) { _ = try configuration.resolve(Reference("a.io/x")) }
    }

    @Test(arguments: [
        ("plain.example:5000", true), ("plain.example", false), ("m1.example", true), ("m2.example", false),
        ("x.wild.example", true), ("wild.example", false), ("r.example", false), ("docker.io", false),
    ])
    func onlyWhatIsMarkedIsInsecure(registry: String, isInsecure: Bool) throws {
        #expect(try configuration().allowsInsecure(registry) == isInsecure)
        #expect(!RegistriesConf().allowsInsecure(registry))
    }

    @Test(arguments: [
        ("fedora", ["registry.fedoraproject.org/fedora:latest"]),
        ("fedora:40", ["registry.fedoraproject.org/fedora:40"]),
        ("fedora\(digest)", ["registry.fedoraproject.org/fedora\(digest)"]),
        ("team/app:1", ["r.example/team/app:1"]),
        ("bash", ["docker.io/library/bash:latest", "quay.io/bash:latest"]),
        ("docker.io/library/fedora", ["docker.io/library/fedora:latest"]),
        ("docker.io/fedora", ["docker.io/library/fedora:latest"]),
        ("localhost:5000/fedora", ["localhost:5000/fedora:latest"]),
        ("localhost/fedora", ["localhost/fedora:latest"]),
    ])
    func aShortNameIsAnAliasOrInOneOfTheSearchRegistries(name: String, references: [String]) throws {
        #expect(try configuration().qualify(name).map(\.description) == references)
    }

    @Test func withoutConfigurationAShortNameIsOnDockerHub() throws {
        #expect(try RegistriesConf().qualify("bash").map(\.description) == ["docker.io/library/bash:latest"])
        let empty = try configuration("unqualified-search-registries = []")
        #expect(try empty.qualify("bash").count == 1)
    }

    @Test(arguments: [
        ("[[registry]]\nlocation = ", "line 2, column"),
        ("[[registry]]\ninsecure = true", "registry[0].location: it is missing"),
        (
            "[[registry]]\nlocation = \"a\"\n[[registry]]\nlocation = 1",
            "registry[1].location: it must be a string"
        ),
        (
            "[[registry]]\nlocation = \"a\"\ninsecure = \"yes\"",
            "registry[0].insecure: it must be true or false"
        ),
        ("[[registry]]\nlocation = \"https://a\"", "registry[0].location: invalid location"),
        ("[[registry]]\nlocation = \"a/B\"", "registry[0].location"),
        ("[[registry]]\nlocation = \"a b\"", "registry[0]."),
        ("[[registry]]\nprefix = \"a/\"\nlocation = \"b\"", "registry[0].prefix: invalid prefix"),
        ("[[registry]]\nprefix = \"*.a:5000\"", "a wildcard has no port"),
        ("[[registry]]\nprefix = \"*\"\nlocation = \"b\"", "registry[0].prefix"),
        ("[[registry]]\nlocation = \"a\"\nmirror = 1", "[[registry[0].mirror]]"),
        (
            "[[registry]]\nlocation = \"a\"\n[[registry.mirror]]\ninsecure = true",
            "registry[0].mirror[0].location"
        ),
        (
            "[[registry]]\nlocation = \"a\"\n[[registry.mirror]]\nlocation = \"b\"\npull-from-mirror = \"x\"",
            "it must be all, digest-only or tag-only, not \"x\""
        ),
        (
            """
            [[registry]]
            location = "a"
            mirror-by-digest-only = true
            [[registry.mirror]]
            location = "b"
            pull-from-mirror = "all"
            """, "it contradicts mirror-by-digest-only"
        ),
        ("registry = 1", "it must be an array of tables: [[registry]]"),
        ("[registry]\nlocation = \"a\"", "it must be an array of tables: [[registry]]"),
        ("[registries.search]\nregistries = [\"a\"]", "version 1"),
        ("unqualified-search-registries = \"a\"", "it must be an array of strings"),
        ("unqualified-search-registries = [1]", "it must be an array of strings"),
        ("unqualified-search-registries = [\"a/b\"]", "unqualified-search-registries"),
        ("short-name-mode = \"on\"", "enforcing, permissive or disabled"),
        ("aliases = []", "it must be a table: [aliases]"),
        ("[aliases]\na = 1", "aliases.a: it must be a string"),
        ("[aliases]\n\"a:1\" = \"b.io/a\"", "aliases.\"a:1\""),
        ("[aliases]\na = \"b\"", "must begin with a registry"),
        ("[aliases]\na = \"b.io/a:1\"", "neither tag nor digest"),
        ("[aliases]\na = \"b.io/a:latest\"", "neither tag nor digest"),
    ])
    func aFaultIsNamedWithFileAndKey(text: String, words: String) {
        #expect {
            _ = try configuration(text)
        } throws: {
            "\($0)".hasPrefix("/etc/registries.conf: ") && "\($0)".contains(words)
        }
    }

    @Test func whatHasNoEffectIsAWarning() throws {
        let text = """
            credential-helpers = ["x"]
            surprise = 1
            [[registry]]
            location = "a.io"
            insecur = true
            [[registry.mirror]]
            location = "b.io"
            "odd key" = 1
            [[registry]]
            location = "a.io"
            """
        let warnings = try configuration(text).warnings.map(\.description)
        #expect(
            warnings == [
                "/etc/registries.conf: surprise: unknown key, ignored",
                "/etc/registries.conf: registry[0].mirror[0].\"odd key\": unknown key, ignored",
                "/etc/registries.conf: registry[0].insecur: unknown key, ignored",
                "/etc/registries.conf: registry[1].prefix: a.io was configured before; the last one counts",
            ])
    }
}
