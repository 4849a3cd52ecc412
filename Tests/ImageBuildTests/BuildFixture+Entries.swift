// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SourceText
import SystemPackage

extension BuildFixture {
    /// The entries of an image's last layer, in their order: `path kind mode uid:gid`, a time that is not 0,
    /// and a file's content or a link's target behind.
    func entries(_ image: BuiltImage) async throws -> [String] {
        guard let layer = try await manifest(image).layers.last else { return [] }
        return try entries(inFile: store.path(of: layer.digest))
    }

    /// The same for any archive.
    func entries(inFile file: FilePath) throws -> [String] {
        var reader = try LayerReader(file)
        var lines: [String] = []
        while let entry = try reader.next() {
            let attributes = "\(String(entry.mode, radix: 8)) \(entry.uid):\(entry.gid)"
            let time = entry.mtime == 0 ? "" : " @\(entry.mtime)"
            var line = "\(entry.path) "
            switch entry.kind {
            case .file:
                let text = String(decoding: try reader.bytes(limitBytes: 1 << 20), as: UTF8.self)
                line += "file \(attributes)\(time) \(text)"
            case .directory: line += "folder \(attributes)\(time)"
            case .symlink(let target): line += "link \(target)\(time)"
            case .hardLink(let target): line += "same as \(target)"
            case .fifo: line += "fifo \(attributes)"
            case .characterDevice(let major, let minor): line += "character \(major):\(minor) \(attributes)"
            case .blockDevice(let major, let minor): line += "block \(major):\(minor) \(attributes)"
            }
            lines.append(line.replacing("\n", with: ""))
        }
        return lines
    }

    // MARK: Odd things in the context

    @discardableResult
    func hardLink(_ path: String, to target: String) throws -> BuildFixture {
        guard Glibc.link(context.appending(target).string, context.appending(path).string) == 0 else {
            throw FileError("link", context.appending(path), .init(rawValue: errno))
        }
        return self
    }

    @discardableResult
    func fifo(_ path: String) throws -> BuildFixture {
        guard mkfifo(context.appending(path).string, 0o644) == 0 else {
            throw FileError("make a fifo", context.appending(path), .init(rawValue: errno))
        }
        return self
    }

    @discardableResult
    func bytes(_ path: String, _ bytes: [UInt8]) throws -> BuildFixture {
        try WholeFile.write(bytes, to: context.appending(path), durable: false)
        return self
    }

    /// A tar archive in the context.
    @discardableResult
    func archive(
        _ path: String, _ entries: [(LayerEntry, String)], compression: LayerCompression = .none
    ) throws -> BuildFixture {
        let writer = try LayerWriter(in: root, compression: compression)
        for (entry, text) in entries { try writer.append(entry, content: .bytes(Array(text.utf8))) }
        let file = try writer.finish().file
        try bytes(path, try WholeFile.read(file))
        try Folder.remove(file)
        return self
    }

    /// The first message of what a Dockerfile is refused for, `line:column message`.
    func refusal(of dockerfile: String) async -> String? {
        do {
            _ = try await build(dockerfile)
            return nil
        } catch BuildError.invalid(let diagnostics) {
            let first = diagnostics.all[0]
            return "\(first.location.line):\(first.location.column) \(first.message)"
        } catch {
            return "\(error)"
        }
    }
}
