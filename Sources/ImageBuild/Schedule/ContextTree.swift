// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import SystemPackage

/// The build's context as a tree, read once, and only when something needs it.
actor ContextTree {
    private let folder: ContextFolder
    private var tree: FileTree?

    init(_ path: FilePath, ignore: DockerIgnore) {
        folder = ContextFolder(path: path, ignore: ignore)
    }

    func read() async throws(BuildError) -> FileTree {
        if let tree { return tree }
        let folder = folder
        let read = try await BuildError.wrapStore { try await BlockingThread.run { try folder.tree() } }
        tree = read
        return read
    }
}
