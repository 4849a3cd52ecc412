// SPDX-License-Identifier: Apache-2.0

/// What the text of a `build` step asks for: the flags of `docker build` that are supported, and the context.
package struct BuildArguments: Hashable, Sendable {
    package struct Assignment: Hashable, Sendable {
        package let name: String
        /// Nil for a bare name, whose value comes from the environment.
        package let value: String?
    }

    /// In the order of the text, as written.
    package internal(set) var tags: [String] = []
    /// Relative to the working directory of the step; nil means `Dockerfile` in the context.
    package internal(set) var dockerfile: String?
    package internal(set) var target: String?
    package internal(set) var buildArguments: [Assignment] = []
    package internal(set) var labels: [Assignment] = []
    package internal(set) var annotations: [Assignment] = []
    /// `os/architecture[/variant]`, apart at commas.
    package internal(set) var platforms: [String] = []
    package internal(set) var usesNoCache = false
    /// `--no-cache-filter`, apart at commas.
    package internal(set) var uncachedStages: [String] = []
    /// True fetches base images even when they are there.
    package internal(set) var pulls = false
    /// `--build-context`.
    package internal(set) var namedContexts: [Assignment] = []
    /// `--cache-from` and `--cache-to`: each as written.
    package internal(set) var cacheSources: [String] = []
    package internal(set) var cacheTargets: [String] = []
    /// `--secret`, `--ssh`, `--add-host`, `--allow`, `--ulimit`: each as written.
    package internal(set) var secrets: [String] = []
    package internal(set) var agents: [String] = []
    package internal(set) var hosts: [String] = []
    package internal(set) var entitlements: [String] = []
    package internal(set) var resourceLimits: [String] = []
    /// `--network` and `--shm-size`; nil where the text says nothing.
    package internal(set) var network: String?
    package internal(set) var sharedMemory: String?
    /// `--output`: each as written.
    package internal(set) var results: [String] = []
    /// `--iidfile` and `--metadata-file`: files that say what was built.
    package internal(set) var idFile: String?
    package internal(set) var metadataFile: String?
    package internal(set) var context = BuildContext.folder(".")

    /// What an empty text asks for.
    package init() {}
}
