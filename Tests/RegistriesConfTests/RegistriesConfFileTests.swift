// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistriesConf
import SystemPackage
import Testing

@Suite final class RegistriesConfFileTests {
    private let folder = FilePath("/tmp/stet-registries-\(UInt64.random(in: 0...UInt64.max))")

    deinit { try? Folder.remove(folder) }

    private func write(_ files: [String: String]) throws {
        for (name, text) in files {
            let path = folder.pushing(FilePath(name))
            try Folder.create(path.removingLastComponent())
            try WholeFile.write(Array(text.utf8), to: path, durable: false)
        }
    }

    private func load(_ environment: [String: String] = [:]) throws -> RegistriesConf {
        var environment = environment
        environment["HOME"] = folder.appending("home").string
        return try RegistriesConf.load(environment: { environment[$0] }, system: folder.appending("etc"))
    }

    /// Where `a.io/x` is.
    private func location(_ configuration: RegistriesConf) throws -> String? {
        try configuration.resolve(Reference("a.io/x")).last?.registry
    }

    private func redirect(to location: String) -> String {
        "[[registry]]\nprefix = \"a.io\"\nlocation = \"\(location)\"\n"
    }

    @Test func withoutFilesEveryReferenceMeansWhatItSays() throws {
        #expect(try load() == RegistriesConf())
        #expect(try location(load()) == "a.io")
    }

    @Test func theUsersFileStandsInPlaceOfTheSystems() throws {
        try write(["etc/registries.conf": redirect(to: "system.io")])
        #expect(try location(load()) == "system.io")
        try write([
            "etc/registries.conf.d/9.conf": redirect(to: "dropin.io"),
            "home/.config/containers/registries.conf": redirect(to: "user.io"),
        ])
        #expect(try location(load()) == "user.io")
    }

    @Test func laterFilesOverrideWholeTablesAndSingleAliases() throws {
        try write([
            "etc/registries.conf": redirect(to: "system.io") + """
                insecure = true
                [aliases]
                one = "a.io/one"
                two = "a.io/two"
                """,
            "etc/registries.conf.d/10-b.conf": redirect(to: "b.io"),
            "etc/registries.conf.d/20-c.conf": """
            unqualified-search-registries = ["c.io"]
            [aliases]
            one = ""
            two = "c.io/two"
            """,
            "etc/registries.conf.d/30-ignored.txt": "this is not TOML",
            "home/.config/containers/registries.conf.d/00.conf": """
            [[registry]]
            location = "new.io"
            blocked = true
            """,
        ])
        let configuration = try load()
        #expect(try location(configuration) == "b.io")
        #expect(!configuration.allowsInsecure("b.io"))
        #expect(try configuration.qualify("one").map(\.description) == ["c.io/one:latest"])
        #expect(try configuration.qualify("two").map(\.description) == ["c.io/two:latest"])
        #expect(throws: ResolutionError.self) { _ = try configuration.resolve(Reference("new.io/x")) }
    }

    @Test(
        arguments: [
            ([], .permissive), (["enforcing"], .enforcing), (["enforcing", "disabled"], .disabled),
            (["enforcing", ""], .enforcing), (["", "disabled"], .disabled),
        ] as [([String], ShortNameMode)])
    func theLastModeThatIsSaidCounts(words: [String], mode: ShortNameMode) throws {
        try write(["etc/registries.conf": redirect(to: "system.io")])
        for (number, word) in words.enumerated() {
            try write(["etc/registries.conf.d/\(number).conf": "short-name-mode = \"\(word)\""])
        }
        #expect(try load().shortNameMode == mode)
    }

    @Test func theNamedFileStandsAlone() throws {
        try write([
            "etc/registries.conf": redirect(to: "system.io"),
            "etc/registries.conf.d/1.conf": redirect(to: "dropin.io"), "own.conf": redirect(to: "own.io"),
        ])
        let own = folder.appending("own.conf").string
        #expect(try location(load(["CONTAINERS_REGISTRIES_CONF": own])) == "own.io")
        #expect(try location(load(["CONTAINERS_REGISTRIES_CONF": ""])) == "dropin.io")
    }

    @Test func aNamedFileThatIsMissingIsAnError() {
        #expect {
            _ = try load(["CONTAINERS_REGISTRIES_CONF": "/nonexistent/r.conf"])
        } throws: { "\($0)".hasPrefix("/nonexistent/r.conf: there is no such file") }
    }

    @Test func aFaultyDropInIsNamed() throws {
        try write(["etc/registries.conf.d/1.conf": "=\n"])
        #expect {
            _ = try load()
        } throws: { "\($0)".contains("registries.conf.d/1.conf: line 1, column 1: ") }
    }

    @Test func aFolderInPlaceOfTheFileIsSaid() throws {
        try write(["etc/registries.conf/x": ""])
        #expect(throws: RegistriesConfError.self) { _ = try load() }
    }
}
