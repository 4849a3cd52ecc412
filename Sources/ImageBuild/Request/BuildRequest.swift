// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import LayerArchive
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
    /// The context was fetched from elsewhere: nothing in it may lead out of it, and messages leave out where it is.
    package var isFetched = false
    /// nil for the file `Dockerfile` in the context.
    package var dockerfile: DockerfileSource?
    /// The names that the image gets in the store.
    package var tags: [Reference] = []
    /// `--build-arg`.
    package var arguments: [String: String] = [:]
    /// The stage to build: its name or its number; nil for the last one.
    package var target: String?
    /// What the image is for, never empty; several make an index.
    ///
    /// `FROM --platform` overrides it for a stage.
    package var platforms: [Platform]
    /// Seconds since 1970: the time of the image and its history.
    ///
    /// `SOURCE_DATE_EPOCH`, else the time of the context's last commit, else 0: never the clock.
    package var created: Int64 = 0
    /// Seconds since 1970, for every file that the build adds; nil is the time of the image.
    ///
    /// Where ``created`` changes with each commit and this does not, layers stay the same from commit to commit, and
    /// the cache goes on knowing what `RUN` made.
    package var fileTime: Int64?
    /// How the image is written.
    package var output = Output()
    /// What is remembered between builds.
    package var caching = Caching()
    /// What `RUN` gets.
    package var running = Running()
    /// `--build-context NAME=…`: what a name means in `FROM` and `COPY --from` before stages and images are
    /// looked at.
    package var namedContexts: [String: NamedContext] = [:]

    package init(context: FilePath, platform: Platform = .host) {
        self.context = context
        platforms = [platform]
    }

    /// What messages call a file.
    func shown(_ file: FilePath) -> String {
        var shown = file
        if isFetched { _ = shown.removePrefix(context) }
        return shown.string
    }
}

extension BuildRequest {
    /// How the image is written.
    package struct Output: Sendable {
        package var format = ImageFormat.oci
        package var compression = LayerCompression.standard
        /// Layers of base images are compressed anew where they have another compression.
        package var forcesCompression = false
        /// Added to the image's labels, over those of the Dockerfile.
        package var labels: [String: String] = [:]
        package var annotations: [ImageAnnotation: String] = [:]
        /// A single platform gets an index, too.
        package var alwaysHasIndex = false

        package init() {}
    }

    /// What is remembered between builds, and who else may know.
    package struct Caching: Sendable {
        /// `--no-cache` takes nothing from the cache, and still leaves what it makes there.
        package var isRead = true
        /// `--cache-from`: a place that cannot be read is a warning.
        package var imports: [CacheLocation] = []
        /// `--cache-to`: a place that cannot be written is an error.
        package var exports: [CacheLocation] = []
        /// Those of ``exports`` whose failure is a warning: `ignore-error=true`.
        package var optionalExports: Set<CacheLocation> = []
        /// The compressions that caches insist on having: `compression=NAME,force-compression=true`.
        package var forcedCompressions: Set<String> = []
        /// `--cache-to type=inline`: the image tells which of its layers came out of which step.
        package var isInline = false
        /// `--no-cache-filter`: stages, by name or number, that take nothing from the cache.
        package var uncachedStages: Set<String> = []

        package init() {}
    }

    /// What `RUN` gets.
    package struct Running: Sendable {
        /// `--network`: for every `RUN` that does not say otherwise.
        package var network = RunNetwork.sandbox
        /// `--secret`, by id.
        package var secrets: [String: SecretSource] = [:]
        /// `--ssh`, by id: the socket of an agent.
        package var agents: [String: FilePath] = [:]
        /// `--add-host`: a name and its address.
        package var extraHosts: [ExtraHost] = []
        /// `--allow`.
        package var entitlements: Set<Entitlement> = []
        /// `--ulimit`; where one name has several, the last counts.
        package var limits: [ProcessLimit] = []
        /// `--shm-size`: of /dev/shm; nil is Docker's 64 MiB.
        package var sharedMemoryBytes: Int64?
        /// What the machine is called; nil is BuildKit's `buildkitsandbox`.
        package var hostname: String?
        /// Keeps the cache mounts of a project apart from those of others.
        package var cacheNamespace: String?

        package init() {}
    }

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
