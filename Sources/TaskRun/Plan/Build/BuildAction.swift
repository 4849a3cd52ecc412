// SPDX-License-Identifier: Apache-2.0

package import ImageBuild
package import OCISpec
package import SourceText

/// The image that a step builds.
///
/// Paths are relative to the run's context; `.` is the context itself.
package struct BuildAction: Hashable, Sendable {
    /// Names, annotations, format and compression.
    package internal(set) var image = ImageSettings()
    package internal(set) var context = Context.folder(".")
    /// A file; of a remote context, one inside it; nil for `Dockerfile` in the context.
    package internal(set) var dockerfile: String?
    package internal(set) var target: String?
    package internal(set) var arguments: [String: String] = [:]
    package internal(set) var labels: [String: String] = [:]
    /// Empty for the platform of the run; several make an index.
    package internal(set) var platforms: [Platform] = []
    /// True uses nothing that earlier builds left.
    package internal(set) var usesNoCache = false
    /// True asks the registry for base images even when they are here.
    package internal(set) var pulls = false
    /// What names in `FROM` and `COPY --from` mean; folders are paths as above.
    package internal(set) var namedContexts: [String: NamedContext] = [:]
    /// Caches to read and to write; folders are paths as above.
    package internal(set) var cacheSources: [CacheLocation] = []
    package internal(set) var cacheTargets: [CacheLocation] = []
    /// Those of them whose failure is a warning.
    package internal(set) var optionalCacheTargets: Set<CacheLocation> = []
    /// The compressions that those insist on.
    package internal(set) var forcedCacheCompressions: Set<String> = []
    /// The image itself tells what made its layers.
    package internal(set) var hasInlineCache = false
    /// Stages that use nothing of the cache, by name or number.
    package internal(set) var uncachedStages: Set<String> = []
    package internal(set) var running = Running()
    /// Where the image goes besides the local store.
    ///
    /// Its paths are paths as above; nothing goes to standard output, or to a registry.
    package internal(set) var results: [BuildDestination] = []
    /// Files that get the digest, and a description as JSON.
    package internal(set) var idFile: String?
    package internal(set) var metadataFile: String?

    /// The names that the image gets.
    package var tags: [Reference] { image.names }

    /// What its text says to no effect, where nobody has told so yet.
    package internal(set) var warnings: [Diagnostic] = []

    /// Where the files of a build come from.
    package enum Context: Hashable, Sendable {
        case folder(String)
        /// Fetched when the step starts.
        case remote(BuildContextLocation)
    }

    /// What `RUN` gets.
    package struct Running: Hashable, Sendable {
        package internal(set) var network = RunNetwork.sandbox
        package internal(set) var entitlements: Set<Entitlement> = []
        package internal(set) var hosts: [ExtraHost] = []
        package internal(set) var limits: [ProcessLimit] = []
        package internal(set) var sharedMemoryBytes: Int64?
        /// By id.
        package internal(set) var secrets: [String: Secret] = [:]
        /// Ids of agents that whoever runs the task has to offer.
        package internal(set) var agents: Set<String> = []
    }

    /// Where the bytes of a secret are.
    package enum Secret: Hashable, Sendable {
        case file(String)
        /// Of a variable of the step, or of a volume that it mounts.
        case bytes([UInt8])
    }

    /// Whether the build leaves files in the context.
    var writesFiles: Bool {
        let caches = cacheTargets.contains { if case .folder = $0 { true } else { false } }
        return results.contains { $0.path != nil } || idFile != nil || metadataFile != nil || caches
    }
}
