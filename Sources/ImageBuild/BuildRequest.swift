// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// What is asked of a build.
package struct BuildRequest: Sendable {
    package enum DockerfileSource: Sendable {
        /// A file; diagnostics show this path.
        case file(FilePath)
        /// A text, and the name that diagnostics show.
        case text(String, name: String)
    }

    /// The folder that `COPY` reads from.
    package var context: FilePath
    /// nil for the file `Dockerfile` in the context.
    package var dockerfile: DockerfileSource?
    /// The names that the image gets in the store.
    package var tags: [Reference] = []
    /// `--build-arg`.
    package var arguments: [String: String] = [:]
    /// The stage to build: its name or its number; nil for the last one.
    package var target: String?
    /// What the image is for; `FROM --platform` overrides it for a stage.
    package var platform: Platform
    /// Added to the image's labels, over those of the Dockerfile.
    package var labels: [String: String] = [:]
    /// Seconds since 1970: the time of the image, its history and every file that the build adds.
    ///
    /// `SOURCE_DATE_EPOCH`, else the time of the context's last commit, else 0: never the clock.
    package var created: Int64 = 0

    package init(context: FilePath, platform: Platform = .host) {
        self.context = context
        self.platform = platform
    }
}

extension BuildRequest {
    /// Reads a name for the image that is to be built.
    ///
    /// - Throws: Also for a name with a digest: an image has the digest of its content, and no other.
    package static func parseTag(_ text: String) throws(InvalidValue) -> Reference {
        let reference = try Reference(text)
        guard reference.digest == nil else {
            throw InvalidValue(
                "name for an image", text,
                "it has a digest, which only the content can decide; write NAME:TAG")
        }
        return reference
    }
}
