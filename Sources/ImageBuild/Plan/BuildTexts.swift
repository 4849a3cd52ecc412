// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import LayerArchive
import SourceText
import SystemPackage

/// The texts that say what to build.
struct BuildTexts: Sendable {
    let dockerfileText: String
    let dockerfileName: String
    /// The ignore file that applies, if there is one.
    let ignoreFile: (text: String, name: String)?

    /// Reads the Dockerfile, and `NAME.dockerignore` beside it or else `.dockerignore` in the context.
    ///
    /// Source: Dockerfile reference, ".dockerignore file", "Filename and location".
    static func read(_ request: BuildRequest) async throws(BuildError) -> BuildTexts {
        try await BuildError.wrapStore { try await BlockingThread.runGivingUp { try readNow(request) } }
    }

    /// `Dockerfile` in the context, or `dockerfile` where only that is there, as BuildKit has it.
    private static func usualFile(in context: FilePath) -> FilePath {
        let usual = context.appending("Dockerfile")
        let small = context.appending("dockerfile")
        return WholeFile.size(usual) == nil && WholeFile.size(small) != nil ? small : usual
    }

    private static func readNow(_ request: BuildRequest) throws -> BuildTexts {
        var ignorePaths = [request.context.appending(".dockerignore")]
        let text: String
        let name: String
        switch request.dockerfile ?? .file(usualFile(in: request.context)) {
        case .text(let given, let shown): (text, name) = (given, shown)
        case .file(let path):
            name = request.shown(path)
            text = try Self.text(of: try read(path, request), name)
            ignorePaths.insert(FilePath(path.string + ".dockerignore"), at: 0)
        }
        for path in ignorePaths {
            do {
                let shown = request.shown(path)
                let ignoreFile = (text: try Self.text(of: try read(path, request), shown), name: shown)
                return BuildTexts(dockerfileText: text, dockerfileName: name, ignoreFile: ignoreFile)
            } catch let error as FileError {
                guard error.errno == .noSuchFileOrDirectory else { throw error }
            }
        }
        return BuildTexts(dockerfileText: text, dockerfileName: name, ignoreFile: nil)
    }

    private static func read(_ path: FilePath, _ request: BuildRequest) throws(FileError) -> [UInt8] {
        try ContextFile.read(path, of: request.context, isConfined: request.isFetched)
    }

    /// - Throws: ``BuildError/invalid(_:)`` with the place of the first bytes that are not UTF-8.
    private static func text(of bytes: [UInt8], _ name: String) throws(BuildError) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let repaired = String(decoding: bytes, as: UTF8.self)
        // Up to there, the texts are the same.
        let count = zip(bytes, repaired.utf8).prefix { $0 == $1 }.count
        let lines = bytes.prefix(count).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let column = String(decoding: lines.last ?? [], as: UTF8.self).count + 1
        let place = SourceLocation(file: name, line: max(1, lines.count), column: column)
        throw .invalid(
            SourceFile(repaired, name: name).error(
                at: place, "these bytes are not UTF-8", hint: "save the file as UTF-8"))
    }

    func dockerfile() throws(Diagnostics) -> Dockerfile {
        try Dockerfile.parse(dockerfileText, file: dockerfileName)
    }

    func ignore() throws(BuildError) -> DockerIgnore {
        guard let ignoreFile else { return DockerIgnore() }
        do {
            return try DockerIgnore.parse(ignoreFile.text, file: ignoreFile.name, spelling: \.asName)
        } catch {
            throw .invalid(error)
        }
    }
}
