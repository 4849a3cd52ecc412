// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import SystemPackage

/// Where `certify` leaves its reports.
struct ReportFolder: Sendable {
    private let path: FilePath

    /// Makes the folder and proves that the reports can be written there, before a registry is written to: a
    /// certificate that gets lost leaves its repositories behind all the same.
    ///
    /// What an earlier run has left there goes away first: a run that breaks off leaves nothing that could be taken
    /// for its own.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - kept: A file that is still needed: it may be a report of the folder.
    /// - Throws: A ``CommandFailure`` with the status 2.
    init(_ path: String, keeping kept: String? = nil) throws {
        self.path = FilePath(path)
        do {
            try Folder.create(self.path)
            let probe = self.path.appending(".stet-certify-probe")
            try WholeFile.write([], to: probe, durable: false)
            try Folder.remove(probe)
        } catch {
            throw ReportFolder.unwritable("\(error)")
        }
        let names = ReportFile.allCases.map(\.rawValue) + [CertifyProof.certificateName]
        let folder = self.path
        let files = names.map { folder.appending($0) }
        for file in files where Folder.isFolder(file) {
            throw ReportFolder.unwritable("\(file) is a folder")
        }
        do {
            for file in files where !ReportFolder.names(kept, file) { try Folder.remove(file) }
        } catch {
            throw ReportFolder.unwritable("\(error)")
        }
    }

    /// Writes all reports, and says where.
    func write(_ result: CertifyResult) throws {
        for file in ReportFile.allCases {
            let place = path.appending(file.rawValue)
            do {
                try WholeFile.write(try file.render(result), to: place)
            } catch {
                throw ReportFolder.unwritable("\(error)")
            }
            Terminal.error.line("wrote \(place)")
        }
    }

    /// Writes a file beside the reports.
    func write(_ bytes: [UInt8], as name: String) throws {
        let place = path.appending(name)
        do {
            try WholeFile.write(bytes, to: place)
        } catch {
            throw ReportFolder.unwritable("\(error)")
        }
        Terminal.error.line("wrote \(place)")
    }

    private static func names(_ name: String?, _ file: FilePath) -> Bool {
        let folder = Environment.currentFolder
        return name.map { folder.pushing(FilePath($0)).lexicallyNormalized() }
            == folder.pushing(file).lexicallyNormalized()
    }

    private static func unwritable(_ reason: String) -> CommandFailure {
        CommandFailure(
            """
            the reports cannot be written: \(reason)
              hint: name a folder that is yours with --report
            """, exitCode: CommandFailure.usage)
    }
}
