// SPDX-License-Identifier: Apache-2.0

/// The flags of `docker run` that may stand in front of a step's image, by what becomes of them here.
enum RunFlag: Hashable {
    case environment, volume, workingDirectory, user, network, alias, name, entryPoint, publish, hostname
    case addHost, addCapability, dropCapability, temporaryFolder, memory, cpus, platform, pull
    case privileged, readOnly, detach, remove
    /// Accepted, and without effect here.
    case ignored(takesValue: Bool)

    /// - Parameter name: With its dashes.
    init?(_ name: String) {
        guard let flag = Self.byName[name] else { return nil }
        self = flag
    }

    static var names: [String] { byName.keys.sorted() }

    /// Whether it stands alone or is followed by a value.
    var takesValue: Bool {
        switch self {
        case .privileged, .readOnly, .detach, .remove: false
        case .ignored(let takesValue): takesValue
        default: true
        }
    }

    private static let byName: [String: RunFlag] = [
        "-e": .environment, "--env": .environment, "-v": .volume, "--volume": .volume,
        "-w": .workingDirectory, "--workdir": .workingDirectory, "-u": .user, "--user": .user,
        "--network": .network, "--net": .network, "--network-alias": .alias, "--name": .name,
        "--entrypoint": .entryPoint, "-p": .publish, "--publish": .publish, "-h": .hostname,
        "--hostname": .hostname, "--add-host": .addHost, "--cap-add": .addCapability,
        "--cap-drop": .dropCapability, "--tmpfs": .temporaryFolder, "-m": .memory, "--memory": .memory,
        "--cpus": .cpus, "--platform": .platform, "--pull": .pull, "--privileged": .privileged,
        "--read-only": .readOnly, "-d": .detach, "--detach": .detach, "--rm": .remove,
        "-i": .ignored(takesValue: false), "--interactive": .ignored(takesValue: false),
        "-t": .ignored(takesValue: false), "--tty": .ignored(takesValue: false),
        "--init": .ignored(takesValue: false), "-q": .ignored(takesValue: false),
        "--quiet": .ignored(takesValue: false), "--expose": .ignored(takesValue: true),
        "--label": .ignored(takesValue: true), "-l": .ignored(takesValue: true),
        "--log-driver": .ignored(takesValue: true), "--isolation": .ignored(takesValue: true),
        "--restart": .ignored(takesValue: true), "--stop-signal": .ignored(takesValue: true),
    ]
}
