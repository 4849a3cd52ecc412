// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Glibc
import OCISpec
import Synchronization
package import SystemPackage
import TaskFile

/// What the containers of a run share on this machine; it goes away with the run, or with the next one when
/// that was killed.
///
/// Its methods block.
package final class RunFolder: Sendable {
    private let temporary: LeasedFolder
    /// What steps know as `/workspace`.
    package let workspace: FilePath
    var home: FilePath { temporary.path.appending("home") }
    private var volumes: FilePath { temporary.path.appending("volumes") }
    private var outputs: FilePath { temporary.path.appending("outputs") }
    private let made = Mutex<[String: FilePath]>([:])

    /// How the steps of a run see the context.
    package enum Workspace: Sendable {
        /// A copy, so that the context stays as it is.
        case copy(of: FilePath)
        /// The folder itself.
        case inPlace(FilePath)
        /// An empty folder: `/dev/null` as the context.
        case empty
    }

    /// `parent`: on a disk with room for a copy of the context.
    package init(in parent: FilePath, _ source: Workspace) throws(FileError) {
        temporary = try LeasedFolder(in: parent, prefix: "run-")
        switch source {
        case .inPlace(let folder): workspace = folder
        case .copy, .empty:
            workspace = temporary.path.appending("workspace")
            try Folder.create(workspace)
        }
        for folder in ["home", "volumes", "outputs"] {
            try Folder.create(temporary.path.appending(folder), mode: 0o700)
        }
        chmod(temporary.path.appending("outputs").string, 0o755)
        chmod(temporary.path.string, 0o755)
        if case .copy(let context) = source { try WorkspaceCopy.copy(context, to: workspace) }
    }

    /// Writes the credentials that programs in containers find under `HOME`.
    ///
    /// `credentials`: by registry, `user:password` each.
    func write(credentials: [String: String]) throws {
        struct Entry: Encodable { let auth: String }
        struct File: Encodable { let auths: [String: Entry] }
        let auths = credentials.map { registry, pair in
            (
                registry == Reference.dockerHub ? "https://index.docker.io/v1/" : registry,
                Entry(auth: Base64.encode(Array(pair.utf8)))
            )
        }
        let folder = home.appending(".docker")
        try Folder.create(folder, mode: 0o700)
        let bytes = try JSONDocument.pretty(File(auths: Dictionary(auths) { first, _ in first }))
        try WholeFile.write(bytes, to: folder.appending("config.json"), mode: 0o600, durable: false)
    }

    /// The files of a declared volume, which only their reader can change: made when first asked for.
    func files(of volume: TaskVolume) throws(FileError) -> FilePath {
        try folder("files-\(volume.name)", mode: 0o755) { folder throws(FileError) in
            for file in volume.files {
                try WholeFile.write(
                    file.bytes, to: folder.appending(file.name), mode: 0o444, durable: false)
            }
        }
    }

    /// An empty folder that steps share under a name.
    func scratch(_ name: String) throws(FileError) -> FilePath {
        try folder("scratch-\(name)", mode: 0o777) { _ throws(FileError) in }
    }

    private func folder(
        _ name: String, mode: UInt32, fill: (FilePath) throws(FileError) -> Void
    ) throws(FileError) -> FilePath {
        if let path = made.withLock({ $0[name] }) { return path }
        let number = made.withLock { $0.count }
        let path = volumes.appending("\(number)")
        try Folder.create(path)
        chmod(path.string, mode)
        try fill(path)
        return made.withLock { made in
            made[name] = made[name] ?? path
            return made[name] ?? path
        }
    }

    /// An empty file for what a step leaves to later ones.
    func outputFile(of step: StepID) throws(FileError) -> FilePath {
        let number = made.withLock { made in
            let path = made["output-\(step)"] ?? outputs.appending("\(made.count)")
            made["output-\(step)"] = path
            return path
        }
        try WholeFile.write([], to: number, mode: 0o666, durable: false)
        chmod(number.string, 0o666)
        return number
    }
}
