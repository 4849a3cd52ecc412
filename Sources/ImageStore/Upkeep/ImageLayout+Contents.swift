// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage

extension ImageLayout {
    /// What lies in the folder of contents.
    struct Inventory {
        /// In bytes, by digest.
        var contents: [Digest: Int64] = [:]
        /// Files on their way in, or left behind by a process that died.
        var pending: [FilePath] = []
        /// What no layout has there.
        var unknown: [FilePath] = []
    }

    /// The size of a content in bytes; nil when it is not there.
    func size(of digest: Digest) -> Int64? { WholeFile.size(path(of: digest)) }

    /// Lists everything in the folder of contents.
    func inventory() throws(FileError) -> Inventory {
        var inventory = Inventory()
        let blobs = folder.appending("blobs")
        for algorithm in try Folder.components(in: blobs) {
            let parent = blobs.appending(algorithm)
            guard Folder.isFolder(parent) else {
                inventory.unknown.append(parent)
                continue
            }
            for name in try Folder.components(in: parent) {
                let file = parent.appending(name)
                if name.isPending {
                    inventory.pending.append(file)
                } else if let digest = try? Digest("\(algorithm.string):\(name.string)"),
                    let size = file.regularFileSize
                {
                    inventory.contents[digest] = size
                } else {
                    inventory.unknown.append(file)
                }
            }
        }
        return inventory
    }
}

extension FilePath.Component {
    /// True for the name that a file has before it is whole.
    var isPending: Bool { string.hasPrefix(".pending-") }
}

extension FilePath {
    /// In bytes; nil for anything but a file.
    fileprivate var regularFileSize: Int64? {
        var status = Glibc.stat()
        let answer = withPlatformString { lstat($0, &status) }
        return answer == 0 && status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }
}
