// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// What `docs/certify.md` says, held against the program.
@Suite struct CertifyDocumentTests {
    private let folder: TestFolder
    private let document: String

    init() throws {
        folder = try TestFolder()
        let sources = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent()
        document = String(
            decoding: try WholeFile.read(sources.pushing("docs/certify.md")), as: UTF8.self)
    }

    private static func options(in text: String) -> Set<Substring> {
        Set(text.split { !$0.isLetter && $0 != "-" }.filter { $0.hasPrefix("--") && $0.count > 3 })
    }

    @Test(
        "every option that the help names is in the document",
        arguments: [["certify"], ["certify", "verify"], ["certify", "diff"]])
    func everyOption(command: [String]) async throws {
        let help = try await Program.stet(home: folder.path).run(command + ["--help"])
        try #require(help.status == 0, "\(help)")
        let named = Self.options(in: help.output).subtracting(["--help", "--version"])
        #expect(named.count > 0)
        #expect(named.subtracting(Self.options(in: document)).sorted() == [])
    }

    /// The commands of the section for those who have no stet, in the order in which they stand there.
    private var commands: String {
        let section = document.components(after: "### Without stet\n", until: "\n## ")
        return section.split(separator: "```sh\n").dropFirst()
            .map { String($0.prefix(upTo: $0.firstRange(of: "```")?.lowerBound ?? $0.endIndex)) }
            .joined()
    }

    private func bash(_ commands: String) async throws -> ProgramResult {
        try await Program("bash")("-euo", "pipefail", "-c", "cd \(folder.path)/report\n\(commands)")
    }

    @Test func jqAndOpensslAcceptACertificateByTheCommandsOfTheDocument() async throws {
        #expect(commands.contains("openssl dgst") && commands.contains("sha256sum"))
        try Folder.create(folder.path.appending("report"))
        let keys = try await bash(
            """
            openssl ecparam -name prime256v1 -genkey -noout -out ../key.pem
            openssl ec -in ../key.pem -pubout -out ../public.pem
            """)
        try #require(keys.status == 0, "\(keys)")
        let certified = try await Program.stet(home: folder.path)(
            "certify", "--only", "protocol", "--require", "protocol", "--report", "\(folder.path)/report",
            "--sign-key", "\(folder.path)/key.pem")
        try #require(certified.status == 0, "\(certified)")
        let good = try await bash("cp ../public.pem .\n\(commands)")
        #expect(good.status == 0, "\(good)")
        #expect(good.output.contains("Verified OK") && good.output.hasSuffix("protocol\n"), "\(good)")
        let other = try await bash("echo >> report.json\n\(commands)")
        #expect(other.status == 1, "the report is another one: \(other)")
        let forged = try await bash(
            """
            forged=$(jq -r .payload certificate.json | base64 -d | sed 's/"protocol"/"governed"/' | base64 -w 0)
            jq --arg payload "$forged" '.payload = $payload' certificate.json > forged.json
            mv forged.json certificate.json
            \(commands)
            """)
        #expect(forged.status == 1 && forged.output.contains("Verification failure"), "\(forged)")
    }
}

extension String {
    /// What stands between two texts; to the end where the second one does not come.
    fileprivate func components(after start: String, until end: String) -> Substring {
        guard let from = firstRange(of: start)?.upperBound else { return "" }
        let rest = self[from...]
        return rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)]
    }
}
