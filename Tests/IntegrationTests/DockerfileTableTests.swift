// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// The table in `Tests/Dockerfiles/README.md` says what the cases cover.
@Suite struct DockerfileTableTests {
    /// What cannot be tried with a Dockerfile and its context alone.
    private static let elsewhere: Set = ["ADD --keep-git-dir", "FROM --build-context", "RUN --device"]

    /// The cells of the rows of all tables in a document, where the first one is code.
    private static func rows(of file: FilePath) throws -> [(word: String, cell: String)] {
        let text = String(decoding: try WholeFile.read(file), as: UTF8.self)
        return text.split(separator: "\n").compactMap { line in
            guard let match = line.wholeMatch(of: /\| `([^`]+)` \| (.*) \|/) else { return nil }
            return (String(match.output.1), String(match.output.2))
        }
    }

    private static func code(in cell: String) -> [String] {
        cell.matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }

    /// The table of cases.
    private static func table() throws -> [(word: String, cases: [String])] {
        try rows(of: DockerfileCase.all.appending("README.md"))
            .filter { $0.cell.hasPrefix("`") }.map { ($0.word, code(in: $0.cell)) }
    }

    @Test func whatTheDocumentationPromisesHasACase() throws {
        let root = DockerfileCase.all.removingLastComponent().removingLastComponent()
        let rows = try Self.rows(of: root.pushing("docs/dockerfile.md"))
        var promised: Set<String> = []
        for (word, cell) in rows where word == word.uppercased() && !word.contains(/[$=_]/) {
            for flag in Self.code(in: cell) where flag.hasPrefix("--") {
                guard flag.hasPrefix("--mount=type=") else {
                    promised.insert("\(word) \(flag)")
                    continue
                }
                let kinds = flag.dropFirst("--mount=type=".count).split(separator: ",")
                promised.formUnion(kinds.map { "\(word) --mount=type=\($0)" })
            }
        }
        let text = String(
            decoding: try WholeFile.read(root.pushing("docs/dockerfile.md")), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("| Instructions |") }
        promised.formUnion(Self.code(in: String(line ?? "")))
        #expect(promised.count > 35, "\(promised)")
        let covered = Set(try Self.table().map(\.word))
        #expect(promised.subtracting(Self.elsewhere).subtracting(covered) == [])
    }

    @Test func aRowNamesCasesThatAreAboutIt() throws {
        for (word, cases) in try Self.table() {
            for name in cases {
                #expect(try Self.isAbout(word, name), "\(word): \(name)")
            }
        }
    }

    @Test func everyCaseIsInTheTable() throws {
        let text = String(
            decoding: try WholeFile.read(DockerfileCase.all.appending("README.md")), as: UTF8.self)
        let named = Set(Self.code(in: text))
        #expect(Set(try DockerfileCase.names()).subtracting(named) == [])
    }

    /// `COPY --from`: a line of the Dockerfile begins with `COPY` and has `--from`; `# escape`: it has the directive.
    private static func isAbout(_ word: String, _ name: String) throws -> Bool {
        if word == ".dockerignore" {
            return WholeFile.size(DockerfileCase.all.appending(name).appending(word)) != nil
        }
        let parts = word.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = parts.dropFirst().first ?? ""
        let lines = try DockerfileCase(name: name).dockerfile().replacing("\\\n", with: " ").split(
            separator: "\n")
        return lines.contains { line in
            line.uppercased().hasPrefix(parts[0] + " ") && line.contains(rest)
        }
    }
}
