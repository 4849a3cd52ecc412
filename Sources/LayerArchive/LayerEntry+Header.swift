// SPDX-License-Identifier: Apache-2.0

import CArchive
import Glibc
import SystemPackage

extension LayerEntry {
    /// What libarchive has read from a tar header, an `archive_entry`; this thread is in ``NameLocale/bytes``.
    init(_ header: OpaquePointer) throws(LayerError) {
        guard let pathname = archive_entry_pathname(header) else {
            throw .refused(entry: "?", reason: "its name cannot be read")
        }
        let path = LayerEntry.plain(FilePath(platformString: pathname))
        self.init(
            path, try LayerEntry.kind(of: header, path.string),
            mode: UInt32(archive_entry_perm(header)) & 0o7777)
        guard let uid = UInt32(exactly: archive_entry_uid(header)),
            let gid = UInt32(exactly: archive_entry_gid(header))
        else { throw .refused(entry: path.string, reason: "its owner is not a number below 2^32") }
        self.uid = uid
        self.gid = gid
        mtime = Int64(archive_entry_mtime(header))
        xattrs = LayerEntry.xattrs(of: header)
    }

    /// Without `.` components, of which `tar -C folder .` puts one before each name.
    private static func plain(_ path: FilePath) -> FilePath {
        guard path.components.contains(where: { $0.kind == .currentDirectory }) else { return path }
        let components = path.components.filter { $0.kind != .currentDirectory }
        return components.isEmpty && path.root == nil ? "." : FilePath(root: path.root, components)
    }

    private static func kind(of header: OpaquePointer, _ path: String) throws(LayerError) -> Kind {
        if let target = archive_entry_hardlink(header) {
            // Some builders write the absolute path; it means the same place in the layer.
            let target = plain(FilePath(platformString: target))
            return .hardLink(target: FilePath(root: nil, target.components))
        }
        let device = (UInt32(archive_entry_rdevmajor(header)), UInt32(archive_entry_rdevminor(header)))
        switch UInt32(archive_entry_filetype(header)) {
        case S_IFREG: return .file(size: archive_entry_size(header))
        case S_IFDIR: return .directory
        case S_IFIFO: return .fifo
        case S_IFCHR: return .characterDevice(major: device.0, minor: device.1)
        case S_IFBLK: return .blockDevice(major: device.0, minor: device.1)
        case S_IFLNK:
            guard let target = archive_entry_symlink(header) else {
                throw .refused(entry: path, reason: "the target of the link cannot be read")
            }
            let bytes = UnsafeBufferPointer(start: target, count: strlen(target))
            return .symlink(target: String(nameBytes: bytes.map { UInt8(bitPattern: $0) }))
        case let type: throw .refused(entry: path, reason: "nothing in a layer has the type \(type)")
        }
    }

    private static func xattrs(of header: OpaquePointer) -> [String: [UInt8]] {
        var xattrs: [String: [UInt8]] = [:]
        archive_entry_xattr_reset(header)
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while archive_entry_xattr_next(header, &name, &value, &count) == ARCHIVE_OK, let name {
            xattrs[String(cString: name)] = Array(UnsafeRawBufferPointer(start: value, count: count))
        }
        return xattrs
    }
}
