// SPDX-License-Identifier: Apache-2.0

/// The flags of `docker build`, by what becomes of them here.
enum BuildFlag: Hashable {
    case tag, file, target, buildArgument, label, platform
    case secret, agent, host, cacheSource, cacheTarget, result, network
    case noCache, pull
    /// Accepted, and without effect on the image.
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
        case .noCache, .pull: false
        case .ignored(let takesValue): takesValue
        default: true
        }
    }

    /// Whether the builder of a task does not take it yet: what is read must not be forgotten in silence.
    var isWaiting: Bool { [.secret, .agent, .host, .result, .network].contains(self) }

    private static let byName: [String: BuildFlag] = [
        "-t": .tag, "--tag": .tag, "-f": .file, "--file": .file, "--target": .target,
        "--build-arg": .buildArgument, "--label": .label, "--platform": .platform, "--no-cache": .noCache,
        "--pull": .pull,
        "--isolation": .ignored(takesValue: true), "-m": .ignored(takesValue: true),
        "--memory": .ignored(takesValue: true), "--progress": .ignored(takesValue: true),
        "--rm": .ignored(takesValue: false), "--force-rm": .ignored(takesValue: false),
        "--compress": .ignored(takesValue: false), "--quiet": .ignored(takesValue: false),
        "-q": .ignored(takesValue: false),
        "--secret": .secret, "--ssh": .agent, "--add-host": .host, "--cache-from": .cacheSource,
        "--cache-to": .cacheTarget, "--output": .result, "-o": .result, "--network": .network,
        "--squash": .unsupported, "--cgroup-parent": .unsupported, "--security-opt": .unsupported,
        "--cpu-quota": .unsupported, "--cpuset-cpus": .unsupported, "--shm-size": .unsupported,
        "--ulimit": .unsupported, "--iidfile": .unsupported, "--attest": .unsupported,
        "--push": .unsupported, "--image": .unsupported,
    ]

    /// What to do instead.
    static let unsupportedHints = [
        "--push": "a push step publishes what a build step made",
        "--image": "names of the image stand behind -t",
        "--squash": "a build from scratch that copies from another stage has one layer",
    ]
}
