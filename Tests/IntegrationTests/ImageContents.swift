// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage

/// What can be seen of an image: its files, and how it is run.
struct ImageContents: Sendable {
    /// By path: `folder 755 0:0`, `file 644 0:0 sha256:…`, `link TARGET 0:0`, `fifo 644 0:0`; a file with
    /// several names ends with their number.
    var tree: [String: String] = [:]
    /// Without what is empty, by the names of the image's configuration.
    var config: [String: String] = [:]

    /// Reads the bytes of an image's configuration, and its unpacked root file system.
    init(config bytes: [UInt8], root: FilePath) throws {
        try add(root, relative: "")
        let image = try JSONDocument.decode(ImageConfig.self, from: bytes, noun: "configuration")
        config = Self.lines(of: image.config ?? ContainerConfig())
        config["Author"] = image.author
        config["Platform"] = "\(image.platform)"
    }

    /// What differs, one line for each thing: `usr/bin: folder 755 0:0 here, nothing there`.
    func differences(from other: ImageContents) -> [String] {
        Self.differences(tree, other.tree) + Self.differences(config, other.config)
    }

    /// The same, but that of files whose path matches a pattern the bytes count for nothing.
    func withoutBytes(of patterns: [String]) -> ImageContents {
        var copy = self
        for (path, entry) in tree where patterns.contains(where: { fnmatch($0, path, 0) == 0 }) {
            copy.tree[path] = entry.split(separator: " ").filter { !$0.hasPrefix("sha256:") }
                .joined(separator: " ")
        }
        return copy
    }

    private static func differences(_ ours: [String: String], _ theirs: [String: String]) -> [String] {
        Set(ours.keys).union(theirs.keys).sorted().filter { ours[$0] != theirs[$0] }.map { name in
            "\(name): \(ours[name] ?? "nothing") here, \(theirs[name] ?? "nothing") there"
        }
    }

    // MARK: Files

    private mutating func add(_ folder: FilePath, relative: String) throws {
        for name in try Folder.names(in: folder) {
            let path = folder.appending(name)
            let inside = relative.isEmpty ? name : relative + "/" + name
            var status = stat()
            guard lstat(path.string, &status) == 0 else {
                throw FileError("look at", path, .init(rawValue: errno))
            }
            let owner = "\(status.st_uid):\(status.st_gid)"
            let mode = String(status.st_mode & 0o7777, radix: 8)
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                tree[inside] = "folder \(mode) \(owner)"
                try add(path, relative: inside)
            case S_IFREG:
                let bytes = try WholeFile.read(path, limitBytes: 1 << 30)
                let names = status.st_nlink > 1 ? " \(status.st_nlink)" : ""
                tree[inside] = "file \(mode) \(owner) \(Digest(of: bytes))\(names)"
            case S_IFLNK:
                var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
                let count = max(0, readlink(path.string, &buffer, buffer.count))
                let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                tree[inside] = "link \(target) \(owner)"
            case S_IFIFO: tree[inside] = "fifo \(mode) \(owner)"
            default: tree[inside] = "device \(mode) \(owner) \(status.st_rdev)"
            }
        }
    }

    // MARK: The configuration

    private static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private static func lines(of config: ContainerConfig) -> [String: String] {
        var lines: [String: String] = [:]
        // buildah gives `scratch` no path, and no working folder; BuildKit's are what everybody takes for
        // granted.
        let environment = (config.env ?? []).filter { $0 != path }
        if !environment.isEmpty { lines["Env"] = environment.joined(separator: " ") }
        for (name, value) in config.labels ?? [:] where name != "io.buildah.version" {
            lines["Label \(name)"] = value
        }
        lines["Entrypoint"] = config.entrypoint.flatMap { $0.isEmpty ? nil : "\($0)" }
        lines["Cmd"] = config.cmd.flatMap { $0.isEmpty ? nil : "\($0)" }
        lines["WorkingDir"] = config.workingDir.flatMap { ["", "/"].contains($0) ? nil : $0 }
        lines["User"] = config.user.flatMap { $0.isEmpty ? nil : $0 }
        lines["StopSignal"] = config.stopSignal
        lines["Shell"] = config.shell.flatMap { $0.isEmpty ? nil : "\($0)" }
        lines["OnBuild"] = config.onBuild.flatMap { $0.isEmpty ? nil : "\($0)" }
        lines["Healthcheck"] = config.healthcheck.map { check in
            "\(check.test ?? []) interval \(check.interval ?? 0) timeout \(check.timeout ?? 0) "
                + "start period \(check.startPeriod ?? 0) start interval \(check.startInterval ?? 0) "
                + "retries \(check.retries ?? 0)"
        }
        return lines.merging(places(of: config)) { $1 }
    }

    private static func places(of config: ContainerConfig) -> [String: String] {
        var lines: [String: String] = [:]
        for (name, value) in [("ExposedPorts", config.exposedPorts), ("Volumes", config.volumes)] {
            let names = (value ?? []).sorted()
            if !names.isEmpty { lines[name] = names.joined(separator: " ") }
        }
        return lines
    }
}
