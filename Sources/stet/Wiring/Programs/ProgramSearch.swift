// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// Finds a program that a person named, as a shell does.
enum ProgramSearch {
    /// - Parameter name: A path when it has a slash; else a word that is looked for on PATH.
    /// - Returns: nil when there is nothing that can be run.
    static func find(_ name: String) -> FilePath? {
        if name.contains("/") {
            let path = Environment.currentFolder.pushing(FilePath(name))
            return canBeRun(path) ? path : nil
        }
        guard !name.isEmpty else { return nil }
        return (Environment.value("PATH") ?? "").split(separator: ":").lazy
            .map { FilePath(String($0)).appending(name) }
            .first(where: canBeRun)
    }

    /// The same for a program that an option names, in the current folder too.
    ///
    /// - Throws: A ``CommandFailure`` with the status 2.
    static func required(_ name: String, of option: String) throws -> FilePath {
        if let path = find(name) ?? find("./\(name)") { return path }
        let isThere = WholeFile.size(Environment.currentFolder.pushing(FilePath(name))) != nil
        let reason =
            isThere
            ? "\(name) is no program that can be run\n  hint: chmod +x \(name)"
            : name.contains("/") ? "there is no file \(name)" : "there is no program \(name) on PATH"
        throw CommandFailure("\(option): \(reason)", exitCode: CommandFailure.usage)
    }

    private static func canBeRun(_ path: FilePath) -> Bool {
        access(path.string, X_OK) == 0 && !Folder.isFolder(path)
    }
}
