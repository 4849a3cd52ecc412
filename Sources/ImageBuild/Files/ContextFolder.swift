// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import SystemPackage

/// A build's context as a tree: what `.dockerignore` leaves of a folder on this machine.
struct ContextFolder {
    let path: FilePath
    var ignore = DockerIgnore()
    /// Left out whole, such as `.git`: names at the top.
    var omitted: Set<String> = []

    /// Reads the names; links are kept as they are and never followed.
    ///
    /// Every file belongs to root, as in the context that BuildKit is sent, and has a ``NormalMode``. Of the
    /// extended attributes, the capabilities of programs are kept. Sockets are left out. Blocks.
    func tree() throws(FileError) -> FileTree {
        guard Folder.isFolder(path) else { throw FileError("open the context", path, .notDirectory) }
        var scan = ContextScan(ignore: ignore.patterns)
        try scan.add(path, omitting: omitted)
        return scan.tree
    }
}
