// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SourceText
import Synchronization
import SystemPackage

/// What a build did with each of its steps.
struct StepLog: Sendable {
    /// Texts of steps.
    var done: [String] = []
    var cached: [String] = []
    var failed: [String] = []
    var output = ""
    var warnings: [String] = []

    init(_ events: [BuildEvent]) {
        for event in events {
            switch event {
            case .ended(let step, .done): done.append(step.text)
            case .ended(let step, .cached): cached.append(step.text)
            case .ended(let step, .failed): failed.append(step.text)
            case .output(_, let output): self.output += String(decoding: output.bytes, as: UTF8.self)
            case .warning(let warning): warnings.append(warning.message)
            default: break
            }
        }
    }
}

extension BuildFixture {
    var cache: BuildCache { BuildCache(root.appending("cache")) }

    /// Builds with a cache, and with containers where `runs` says so.
    func cachedBuild(
        _ dockerfile: String, runs: Bool = false, _ change: (inout BuildRequest) throws -> Void = { _ in }
    ) async throws -> (image: BuiltImage, log: StepLog) {
        let log = Mutex<[BuildEvent]>([])
        let builder = ImageBuilder(site(runs: runs)) { event in log.withLock { $0.append(event) } }
        let image = try await builder.build(try request(dockerfile, change))
        return (image, StepLog(log.withLock { $0 }))
    }

    func site(runs: Bool) -> BuildSite {
        var site = BuildSite(store: store, bases: self)
        site.cache = cache
        if runs {
            site.commands = CommandRoom(roots: root.appending("rootfs"), cacheMounts: cache.mounts)
        }
        return site
    }

    func request(
        _ dockerfile: String, _ change: (inout BuildRequest) throws -> Void = { _ in }
    ) throws -> BuildRequest {
        var request = BuildRequest(context: context, platform: .host)
        request.dockerfile = .text(dockerfile, name: "Dockerfile")
        try change(&request)
        return request
    }

    /// Each file below a folder of the fixture with its inode, size and time of change: another list when anything was
    /// written.
    func state(of folder: String) throws -> [String] {
        var lines: [String] = []
        func add(_ path: FilePath) throws {
            var status = stat()
            guard lstat(path.string, &status) == 0 else { return }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            if !isFolder {
                let time = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
                lines.append("\(path) \(status.st_ino) \(status.st_size) \(time)")
            }
            if isFolder { for name in try Folder.components(in: path) { try add(path.appending(name)) } }
        }
        try add(root.appending(folder))
        return lines
    }

    /// Writes to a file without changing its size or its time of modification.
    func rewriteInPlace(_ path: String, _ text: String) throws {
        let file = context.appending(path).string
        var status = stat()
        stat(file, &status)
        let descriptor = open(file, O_WRONLY)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        futimens(descriptor, [status.st_atim, status.st_mtim])
    }
}
