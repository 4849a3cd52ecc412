// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

extension LayerEntry {
    /// Why this can be no entry of a layer; nil when it can.
    var fault: String? {
        if let fault = LayerEntry.fault(in: path) { return fault }
        if path == ".", kind != .directory { return "the root can only be a folder" }
        switch kind {
        case .hardLink(let target): return LayerEntry.fault(in: target).map { "its target: \($0)" }
        case .symlink(let target):
            return target.isEmpty || target.utf8.contains(0) ? "a link needs a target without NUL" : nil
        case .file(let size): return size < 0 ? "its size is negative" : nil
        case .directory, .fifo, .characterDevice, .blockDevice: return nil
        }
    }

    /// True when all its names can be told in UTF-8.
    var isUTF8: Bool {
        switch kind {
        case .hardLink(let target): path.isUTF8 && target.isUTF8
        case .symlink(let target): path.isUTF8 && String(validating: target.nameBytes, as: UTF8.self) != nil
        case .file, .directory, .fifo, .characterDevice, .blockDevice: path.isUTF8
        }
    }

    private static func fault(in path: FilePath) -> String? {
        if path.isEmpty { return "the name is empty" }
        if path.isAbsolute { return "the name is absolute" }
        if path.components.contains(where: { $0.kind == .parentDirectory }) {
            return "the name contains \"..\""
        }
        if path != ".", path.components.contains(where: { $0.kind == .currentDirectory }) {
            return "the name contains \".\""
        }
        if [".wh.", ".wh..", ".wh..."].contains(path.lastComponent?.string) {
            return "the name is a whiteout of nothing"
        }
        return nil
    }
}

extension FilePath {
    fileprivate var isUTF8: Bool { withPlatformString { String(validatingCString: $0) != nil } }
}

extension LayerEntry.Kind {
    /// The bits of `st_mode`; those of a file for a hard link.
    var fileType: UInt32 {
        switch self {
        case .file, .hardLink: S_IFREG
        case .directory: S_IFDIR
        case .symlink: S_IFLNK
        case .fifo: S_IFIFO
        case .characterDevice: S_IFCHR
        case .blockDevice: S_IFBLK
        }
    }
}
