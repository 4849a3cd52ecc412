// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
package import ImageStore
package import OCISpec
package import SystemPackage

/// Where the result of a build goes besides the local store: one `--output`.
///
/// Source: docker buildx build, `--output`; BuildKit, "Output".
package struct BuildDestination: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        /// Nowhere else.
        case store
        /// To the registries of its names.
        case registries
        /// To ``BuildDestination/repositories``, under the digest alone: no tag is made or moved.
        case repositories
        /// The image in one file.
        case archive(ImageArchive.Format, Target)
        /// An OCI image layout.
        case layout(FilePath)
        /// The files, without the image.
        case folder(FilePath)
        /// The files as a tar archive, without the image.
        case tar(Target)
    }

    /// What an archive is written to.
    package enum Target: Hashable, Sendable {
        case file(FilePath)
        case standardOutput
    }

    package var place: Place
    /// Of files: whether each platform has a folder of its own; nil when there are several.
    package var splitsPlatforms: Bool?
    /// The image is known by its digest alone, `push-by-digest`: names are those of repositories.
    package var isByDigest = false
    /// Where an image that is known by its digest goes: names without a tag.
    package var repositories: [Reference] = []
    /// The local store gets each name with the digest behind it too: `name-canonical`.
    package var hasCanonicalNames = false
    /// What it says about the image itself.
    package var settings = ImageSettings()

    package init(_ place: Place) {
        self.place = place
    }

    /// True when the archive takes standard output, where nothing else can be written then.
    package var takesStandardOutput: Bool {
        switch place {
        case .archive(_, .standardOutput), .tar(.standardOutput): true
        default: false
        }
    }

    /// The file or folder that it makes; nil for none.
    package var path: FilePath? {
        switch place {
        case .archive(_, .file(let path)), .tar(.file(let path)), .layout(let path), .folder(let path): path
        default: nil
        }
    }
}

// MARK: Checks before a build

extension BuildDestination {
    /// Finds what would make the last step of a build fail, before its first one.
    ///
    /// - Parameters:
    ///   - destinations: All of one build.
    ///   - isTerminal: Whether standard output is a terminal.
    /// - Throws: For two that write to one place, an archive that a terminal would get, a file where a folder is
    ///   to be and the other way round, and a file in a folder that is not there.
    package static func check(
        _ destinations: [BuildDestination], isTerminal: Bool
    ) throws(InvalidValue) {
        let streams = destinations.filter(\.takesStandardOutput)
        guard streams.count <= 1 else {
            throw InvalidValue("output", "-", "only one output can go to standard output")
        }
        guard streams.isEmpty || !isTerminal else {
            throw InvalidValue(
                "output", "-", "an archive does not go to a terminal; write dest=FILE, or redirect it")
        }
        var paths: Set<FilePath> = []
        for destination in destinations {
            guard let path = destination.path else { continue }
            guard paths.insert(path.lexicallyNormalized()).inserted else {
                throw InvalidValue("output", path.string, "two outputs cannot go to one place")
            }
            try destination.checkPlace(path)
        }
    }

    private func checkPlace(_ path: FilePath) throws(InvalidValue) {
        switch place {
        case .folder, .layout:
            guard access(path.string, F_OK) != 0 || Folder.isFolder(path) else {
                throw InvalidValue("output", path.string, "it is a file, and the output makes a folder")
            }
        default:
            guard !Folder.isFolder(path) else {
                throw InvalidValue("output", path.string, "it is a folder, and the output is a file")
            }
            let parent = path.removingLastComponent()
            guard parent.isEmpty || Folder.isFolder(parent) else {
                throw InvalidValue("output", path.string, "there is no folder \(parent)")
            }
        }
    }
}
