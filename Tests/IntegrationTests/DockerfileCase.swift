// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// One folder of `Tests/Dockerfiles`, or of `Tests/Programs`; the README of the first says what the files are.
struct DockerfileCase {
    let name: String
    /// Where it is one of several.
    var place = Self.all
    private var folder: FilePath { place.appending(name) }

    /// `Tests/Dockerfiles` of the source tree.
    static let all = tests.appending("Dockerfiles")
    /// `Tests/Programs` of the source tree.
    static let programs = tests.appending("Programs")
    private static let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()

    static func names(in place: FilePath = all) throws -> [String] {
        try Folder.names(in: place).filter { Folder.isFolder(place.appending($0)) }.sorted()
    }

    func dockerfile() throws -> String { try text("Dockerfile") ?? "" }

    /// What both builders get, with a context in `parent` that has the modes of a checkout under the usual mask.
    func example(in parent: FilePath, base: String, registry: String) throws -> ImageOracle.Case {
        let context = parent.appending(name)
        try copyContext(folder, to: context)
        var example = ImageOracle.Case(context: context, dockerfile: try dockerfile())
        example.plainDockerfile = try text("Dockerfile.plain")
        example.olderDockerfile = try text("Dockerfile.older")
        let fill = { (line: String) in
            line.replacing("{context}", with: context.string).replacing("{registry}", with: registry)
        }
        example.arguments = ["--build-arg", "BASE=\(base)"] + (try lines("arguments")).map(fill)
        example.stetArguments = try lines("arguments.stet").map(fill)
        example.unstableContents = try Self.lines(of: place.appending("unstable"))
        return example
    }

    /// In what the other builder is known to differ.
    func knownDifferences(from peer: ImageOracle.Peer) throws -> [String] {
        try lines("differences.\(peer.rawValue)")
    }

    private func text(_ file: String) throws -> String? { try Self.text(of: folder.appending(file)) }

    private func lines(_ file: String) throws -> [String] { try Self.lines(of: folder.appending(file)) }

    /// nil when there is no such file.
    private static func text(of path: FilePath) throws -> String? {
        guard WholeFile.size(path) != nil else { return nil }
        return String(decoding: try WholeFile.read(path), as: UTF8.self)
    }

    /// The lines of a file, without comments; none when there is no file.
    private static func lines(of path: FilePath) throws -> [String] {
        (try text(of: path) ?? "").split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    private func copyContext(_ source: FilePath, to target: FilePath) throws {
        try Folder.create(target)
        for name in try Folder.names(in: source) where !isAboutTheCase(name) || source != folder {
            let (from, to) = (source.appending(name), target.appending(name))
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(from.string, &buffer, buffer.count)
            if count >= 0 {
                let link = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                guard symlink(link, to.string) == 0 else {
                    throw FileError("link", to, .init(rawValue: errno))
                }
            } else if Folder.isFolder(from) {
                try copyContext(from, to: to)
            } else {
                try WholeFile.write(try WholeFile.read(from), to: to, mode: 0o644)
            }
        }
    }

    private func isAboutTheCase(_ name: String) -> Bool {
        name.hasPrefix("arguments") || name.hasPrefix("differences.") || name.hasPrefix("Dockerfile.")
    }
}
