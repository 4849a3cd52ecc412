// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// A root file system while one layer is applied to it.
///
/// Every path is resolved by the kernel inside the root; the last component is never followed.
///
/// Sources: openat2(2), `RESOLVE_IN_ROOT`; image-spec 1.1, layer.md, "Applying Changesets".
final class LayerTree {
    let root: OpenFile
    let isPrivileged = geteuid() == 0
    /// What this layer has made or confirmed, which its own whiteouts do not hide.
    var made: Set<FileIdentity> = []
    var skippedAttributes: [String] = []
    /// Devices that could not be made, and further names of them.
    var skippedDevices: Set<FilePath> = []
    /// Folders whose mode and times are set when nothing more is written into them.
    private var folders: [LayerEntry] = []
    /// How many links to missing folders are being followed.
    private var followedLinks = 0
    private static let maximumLinks = 40
    /// The folder of the entry before, which most entries share.
    private var lastParent: (path: FilePath, folder: OpenFile)?

    /// Messages call the root `name`.
    init(root path: FilePath, named name: FilePath) throws(LayerError) {
        let raw = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard raw >= 0 else { throw .file(FileError("open", name, .current)) }
        root = OpenFile(owning: raw, path: name)
    }

    /// Applies one entry, taking a file's content from the reader that stands at it.
    func apply(_ entry: LayerEntry, _ reader: borrowing LayerReader) throws(LayerError) {
        if let whiteout = Whiteout(entry.path) { return try apply(whiteout) }
        if entry.path == "." { return folders.append(entry) }
        let place = try place(of: entry.path)
        switch entry.kind {
        case .directory: try makeFolder(entry, at: place)
        case .file(let size): try makeFile(entry, size, at: place, reader)
        case .symlink(let target):
            try make(at: place) { name in
                target.withNameString { symlinkat($0, place.folder.raw, name) }
            }
            try setAttributes(entry, at: place)
            lastParent = nil
        case .hardLink(let target): try link(entry, to: target, at: place)
        case .fifo: try makeNode(entry, device: 0, at: place)
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            try makeDevice(entry, stet_makedev(major, minor), at: place)
        }
        if let identity = place.identity {
            made.insert(identity)
            skippedDevices.remove(entry.path)
        }
    }

    /// Sets what had to wait until the folders were full.
    func finish() throws(LayerError) {
        for entry in folders.reversed() {
            let place = try place(of: entry.path)
            // Something else may have taken its place later in the layer.
            guard let folder = try place.openFolder() else { continue }
            try setAttributes(entry, of: folder)
        }
    }

    /// Where a path is, its parents made as far as they are missing.
    func place(of path: FilePath) throws(LayerError) -> Place {
        guard let name = path.lastComponent, path != "." else {
            return Place(folder: root, name: ".", path: path)
        }
        let parent = path.removingLastComponent()
        if let lastParent, lastParent.path == parent {
            return Place(folder: lastParent.folder, name: name, path: path)
        }
        guard let folder = try folder(parent, creating: true) else {
            throw .refused(entry: path.string, reason: "its folder cannot be made")
        }
        lastParent = (parent, folder)
        return Place(folder: folder, name: name, path: path)
    }

    /// Forgets a resolved folder: links or folders have changed.
    func forgetParent() { lastParent = nil }

    /// A folder inside the root; nil when it is missing and shall not be made.
    func folder(_ path: FilePath, creating: Bool) throws(LayerError) -> OpenFile? {
        if path.isEmpty { return root }
        let flags = stet_open_path | UInt64(O_DIRECTORY | O_CLOEXEC)
        for _ in 0..<LayerTree.maximumLinks {
            let raw = path.withPlatformString {
                stet_openat2(root.raw, $0, flags, UInt64(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS))
            }
            if raw >= 0 { return OpenFile(owning: raw, path: root.path.appending(path.components)) }
            switch Errno.current {
            // A rename elsewhere made the kernel doubt a "..".
            case .resourceTemporarilyUnavailable, .interrupted: continue
            case .noSuchFileOrDirectory:
                guard creating, let name = path.lastComponent else { return nil }
                guard let parent = try folder(path.removingLastComponent(), creating: true) else {
                    return nil
                }
                try make(folder: name, in: parent, path)
            case .notDirectory where creating:
                throw .refused(entry: path.string, reason: "it is not a folder, and has entries under it")
            case .notDirectory: return nil
            case let errno: throw .file(FileError("open", root.path.appending(path.components), errno))
            }
        }
        throw .refused(entry: path.string, reason: "it cannot be a folder: too many links to nothing")
    }

    /// Makes a missing folder; where a link to a missing folder stands, the one that it points to.
    private func make(
        folder name: FilePath.Component, in parent: OpenFile, _ path: FilePath
    ) throws(LayerError) {
        guard name.withPlatformString({ mkdirat(parent.raw, $0, 0o755) }) != 0 else { return }
        let errno = Errno.current
        guard errno == .fileExists, followedLinks < LayerTree.maximumLinks,
            let target = Place(folder: parent, name: name, path: path).linkTarget
        else { throw .refused(entry: path.string, reason: "it cannot be a folder: \(errno)") }
        followedLinks += 1
        defer { followedLinks -= 1 }
        let base: FilePath = target.isAbsolute ? "" : path.removingLastComponent()
        _ = try folder(base.appending(target.components), creating: true)
    }

    private func makeFolder(_ entry: LayerEntry, at place: Place) throws(LayerError) {
        folders.append(entry)
        if place.status.map({ $0.st_mode & S_IFMT == S_IFDIR }) == true { return }
        try make(at: place) { name in mkdirat(place.folder.raw, name, 0o700) }
        lastParent = nil
    }

    private func makeFile(
        _ entry: LayerEntry, _ size: Int64, at place: Place, _ reader: borrowing LayerReader
    ) throws(LayerError) {
        var raw: Int32 = -1
        try make(at: place) { name in
            raw = openat(place.folder.raw, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            return raw < 0 ? -1 : 0
        }
        let file = OpenFile(owning: raw, path: root.path.appending(entry.path.components))
        var end: Int64 = 0
        try reader.content { bytes, offset throws(LayerError) in
            try file.write(bytes, at: offset)
            end = offset + Int64(bytes.count)
        }
        if end < size { try file.check("lengthen", ftruncate(raw, Int(size))) }
        try setAttributes(entry, of: file)
    }

    /// Root of a user namespace, or without CAP_MKNOD, makes none: what it cannot make is left out.
    ///
    /// Source: containerd and containers/storage, which leave devices out there.
    private func makeDevice(_ entry: LayerEntry, _ device: dev_t, at place: Place) throws(LayerError) {
        guard isPrivileged else {
            throw .refused(entry: entry.path.string, reason: "only root can make a device")
        }
        do {
            try makeNode(entry, device: device, at: place)
        } catch .file(let error) where error.errno == .notPermitted && place.status == nil {
            skippedDevices.insert(entry.path)
        }
    }

    private func link(_ entry: LayerEntry, to target: FilePath, at place: Place) throws(LayerError) {
        if skippedDevices.contains(target) {
            skippedDevices.insert(entry.path)
            return try place.remove()
        }
        guard let name = target.lastComponent, target != entry.path,
            let source = try folder(target.removingLastComponent(), creating: false),
            Place(folder: source, name: name, path: target).status != nil
        else {
            throw .refused(
                entry: entry.path.string, reason: "it is a hard link to \"\(target)\", which is not there")
        }
        try make(at: place) { new in
            name.withPlatformString { linkat(source.raw, $0, place.folder.raw, new, 0) }
        }
    }

    private func makeNode(_ entry: LayerEntry, device: dev_t, at place: Place) throws(LayerError) {
        try make(at: place) { name in mknodat(place.folder.raw, name, entry.kind.fileType | 0o600, device) }
        try setAttributes(entry, at: place)
    }

    /// Makes something under a name, in place of what has the name.
    private func make(at place: Place, _ call: (UnsafePointer<CChar>) -> Int32) throws(LayerError) {
        for attempt in 0..<2 {
            if place.name.withPlatformString(call) == 0 { return }
            guard attempt == 0, Errno.current == .fileExists else { break }
            try place.remove()
            lastParent = nil
        }
        throw .file(FileError("create", root.path.appending(place.path.components), .current))
    }
}
