// SPDX-License-Identifier: Apache-2.0

/// The flags of `docker build`, by what becomes of them here.
enum BuildFlag: Hashable {
    /// Each takes a value, and may stand more than once where that makes sense.
    case tag, file, target, buildArgument, label, annotation, platform, namedContext
    case cacheSource, cacheTarget, uncachedStage
    case secret, agent, host, entitlement, network, resourceLimit, sharedMemory
    case result, idFile, metadataFile
    /// Only `false` can be had.
    case attestation
    case noCache, pull
    /// What it asks for is so anyhow.
    case implied
    /// Accepted, and without effect on the image: a warning says so.
    case ignored(takesValue: Bool)
    /// Known, and nothing that can be done here.
    case unsupported

    /// - Parameter name: With its dashes.
    init?(_ name: String) {
        guard let flag = Self.byName[name] else { return nil }
        self = flag
    }

    static var names: [String] { byName.keys.sorted() }

    /// Whether it stands alone or is followed by a value.
    var takesValue: Bool {
        switch self {
        case .noCache, .pull, .implied: false
        case .ignored(let takesValue): takesValue
        default: true
        }
    }

    private static let byName: [String: BuildFlag] = [
        "-t": .tag, "--tag": .tag, "-f": .file, "--file": .file, "--target": .target,
        "--build-arg": .buildArgument, "--label": .label, "--annotation": .annotation,
        "--platform": .platform, "--no-cache": .noCache, "--pull": .pull, "--load": .implied,
        "--build-context": .namedContext, "--cache-from": .cacheSource, "--cache-to": .cacheTarget,
        "--no-cache-filter": .uncachedStage,
        "--secret": .secret, "--ssh": .agent, "--add-host": .host, "--allow": .entitlement,
        "--network": .network, "--ulimit": .resourceLimit, "--shm-size": .sharedMemory,
        "--output": .result, "-o": .result, "--iidfile": .idFile, "--metadata-file": .metadataFile,
        "--provenance": .attestation, "--sbom": .attestation,
        "--isolation": .ignored(takesValue: true), "-m": .ignored(takesValue: true),
        "--memory": .ignored(takesValue: true), "--progress": .ignored(takesValue: true),
        "--builder": .ignored(takesValue: true), "--rm": .ignored(takesValue: false),
        "--force-rm": .ignored(takesValue: false), "--compress": .ignored(takesValue: false),
        "--quiet": .ignored(takesValue: false), "-q": .ignored(takesValue: false),
        "--squash": .unsupported, "--cgroup-parent": .unsupported, "--security-opt": .unsupported,
        "--cpu-period": .unsupported, "--cpu-quota": .unsupported, "--cpu-shares": .unsupported,
        "-c": .unsupported, "--cpuset-cpus": .unsupported, "--cpuset-mems": .unsupported,
        "--memory-swap": .unsupported, "--attest": .unsupported, "--push": .unsupported,
        "--image": .unsupported, "--call": .unsupported, "--check": .unsupported, "--print": .unsupported,
    ]

    /// What to do instead.
    static let unsupportedHints = [
        "--push": "a push step publishes what a build step made",
        "--image": "names of the image stand behind -t",
        "--squash": "a build from scratch that copies from another stage has one layer",
        "--attest": "stet makes no attestations",
        "--call": "stet build --check looks at a Dockerfile without building it",
        "--check": "stet build --check looks at a Dockerfile without building it",
        "--security-opt": "--allow security.insecure lets RUN --security=insecure through",
        "--cpu-period": noLimits, "--cpu-quota": noLimits, "--cpu-shares": noLimits, "-c": noLimits,
        "--cpuset-cpus": noLimits, "--cpuset-mems": noLimits, "--memory-swap": noLimits,
        "--cgroup-parent": noLimits,
    ]

    private static let noLimits = "a build has the limits of the stet that runs it"
}
