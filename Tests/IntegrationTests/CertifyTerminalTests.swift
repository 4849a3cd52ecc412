// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

/// `stet certify` as it is seen on a terminal.
@Suite struct CertifyTerminalTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// The lines that a terminal of 40 columns gets, without what moves its cursor.
    private func lines(_ arguments: String) async throws -> [String] {
        let home = folder.path
        let shown = try await Peers.withDockerRegistry(in: home) { registry in
            var script = Program("script")
            script.environment = Program.stet(home: home).environment
            script.environment["TERM"] = "xterm"
            let command = "\(Program.stetPath) certify \(registry) \(arguments)"
            return try await script("-qec", "stty cols 40 rows 20; \(command)", "/dev/null")
        }
        try #require(shown.status == 1, "\(shown)")
        return Self.plain(shown.output)
    }

    private static func plain(_ text: String) -> [String] {
        var (plain, isControl) = (String.UnicodeScalarView(), false)
        for scalar in text.unicodeScalars {
            if scalar == "\u{1B}" { isControl = true }
            if !isControl, scalar != "\r" { plain.append(scalar) }
            if isControl, scalar.properties.isAlphabetic { isControl = false }
        }
        return String(plain).split(separator: "\n").map(String.init)
    }

    /// What stays on the screen is read later: a line that is cut has lost its verdict.
    @Test func aNarrowTerminalLosesNothing() async throws {
        let lines = try await lines("--only overwrite-same-flow --flows oci-monolithic,docker-schema2")
        #expect(lines.count { $0 == "  violated" } == 2, "\(lines)")
        #expect(lines.filter { $0.count > 40 && !$0.contains("http://") } == [])
        #expect(lines.contains("  violated     overwrite-same-flow"), "\(lines)")
    }
}
