// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
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

    private static func readNow(_ request: BuildRequest) throws(FileError) -> BuildTexts {
        var ignorePaths = [request.context.appending(".dockerignore")]
        let text: String
        let name: String
        switch request.dockerfile ?? .file(usualFile(in: request.context)) {
        case .text(let given, let shown): (text, name) = (given, shown)
        case .file(let path):
            text = String(decoding: try WholeFile.read(path, limitBytes: 16 << 20), as: UTF8.self)
            name = path.string
            ignorePaths.insert(FilePath(path.string + ".dockerignore"), at: 0)
        }
        for path in ignorePaths {
            do {
                let bytes = try WholeFile.read(path, limitBytes: 16 << 20)
                let ignoreFile = (text: String(decoding: bytes, as: UTF8.self), name: path.string)
                return BuildTexts(dockerfileText: text, dockerfileName: name, ignoreFile: ignoreFile)
            } catch  where error.errno == .noSuchFileOrDirectory {
                continue
            }
        }
        return BuildTexts(dockerfileText: text, dockerfileName: name, ignoreFile: nil)
    }

    func dockerfile() throws(Diagnostics) -> Dockerfile {
        try Dockerfile.parse(dockerfileText, file: dockerfileName)
    }

    func ignore() throws(BuildError) -> DockerIgnore {
        guard let ignoreFile else { return DockerIgnore() }
        do {
            return try DockerIgnore.parse(ignoreFile.text, file: ignoreFile.name)
        } catch {
            throw .invalid(error)
        }
    }
}
