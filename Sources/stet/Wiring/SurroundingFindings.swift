// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import CurlTransport
import Glibc
import RegistriesConf
import RegistryTransport
import Subprocess
import SystemPackage

/// What stet finds on a machine besides containers: its files, its configuration, other programs.
struct SurroundingFindings {
    /// Where stet's data are, or will be.
    let folder: FilePath

    /// Less than this is soon full of layers.
    private static let comfortableBytes: UInt64 = 2 << 30

    func all() async -> [Finding] {
        await [dataFolder, registries, credentials, git(), transport]
    }

    private var dataFolder: Finding {
        let subject = "data folder"
        do {
            try Folder.create(folder)
        } catch {
            return Finding(
                subject, .missing, "\(error)", advice: "set XDG_DATA_HOME to a folder that can be written")
        }
        guard access(folder.string, W_OK) == 0 else {
            return Finding(
                subject, .missing, "\(folder) cannot be written",
                advice: "set XDG_DATA_HOME to a folder that can")
        }
        var status = statvfs()
        guard statvfs(folder.string, &status) == 0 else { return Finding(subject, .fine, "\(folder)") }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let detail = "\(folder), \(Int64(clamping: free).bytesText) free"
        return free < SurroundingFindings.comfortableBytes
            ? Finding(subject, .limited, detail, advice: "`stet store prune` frees what no name reaches")
            : Finding(subject, .fine, detail)
    }

    private var registries: Finding {
        do {
            _ = try RegistriesConf.load(environment: Environment.value)
            let place = "/etc/containers/registries.conf"
            let named = Environment.value("CONTAINERS_REGISTRIES_CONF")
            let file = named ?? (WholeFile.size(FilePath(place)) != nil ? place : nil)
            return Finding(
                "registries.conf", .fine,
                file.map { "\($0) is understood" } ?? "none; short names are docker.io's")
        } catch {
            return Finding("registries.conf", .missing, "\(error)", advice: "mend the file")
        }
    }

    private var credentials: Finding {
        let files = CredentialPlaces(environment: Environment.value).files.map(\.path)
        let there = files.filter { WholeFile.size($0) != nil }
        return Finding(
            "credentials", .fine,
            there.isEmpty
                ? "none yet; `stet login` puts them into a file" : there.map(\.string).joined(separator: ", ")
        )
    }

    private func git() async -> Finding {
        let result = try? await Subprocess.run(
            .name("git"), arguments: ["--version"], output: .string(limit: 4096), error: .discarded)
        guard let result, result.terminationStatus.isSuccess else {
            return Finding(
                "git", .limited, "not installed: no git contexts, and times do not come from commits",
                advice: "apt-get install git")
        }
        return Finding("git", .fine, result.standardOutput.filter { !$0.isNewline })
    }

    private var transport: Finding {
        let detail = "\(CurlLibrary.version), \(CurlLibrary.security ?? "no TLS")"
        guard CurlLibrary.security != nil else {
            return Finding("libcurl", .missing, detail, advice: "install a libcurl with TLS")
        }
        return CurlLibrary.speaksHTTP2
            ? Finding("libcurl", .fine, detail + ", HTTP/2")
            : Finding("libcurl", .limited, detail + ", no HTTP/2")
    }
}
