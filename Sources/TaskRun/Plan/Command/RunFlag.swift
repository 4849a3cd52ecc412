// SPDX-License-Identifier: Apache-2.0

/// The flags of `docker run` that may stand in front of a step's image, by what becomes of them here.
enum RunFlag: Hashable {
    case environment, volume, workingDirectory, user, network, alias, name, entryPoint, publish, hostname
    case addHost, addCapability, dropCapability, temporaryFolder, memory, cpus, platform, pull
    case mount, sharedMemory, resourceLimit
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

    /// What to do instead of what is known and not supported.
    static let hints = [
        "--env-file": "write the variables under env of the step",
        "--link": "steps reach each other by their ids",
        "--volumes-from": "-v NAME:/PATH is shared by its name",
        "-P": "write the port under ports of the step",
        "--publish-all": "write the port under ports of the step",
        "--dns": "--add-host NAME:ADDRESS names a host",
        "--device": "privileged: true gives the caller's devices",
        "--gpus": "privileged: true gives the caller's devices",
        "--security-opt": "privileged: true takes the restrictions away",
        "--pid": "each container has processes of its own", "--ipc": "each container has memory of its own",
        "--userns": "stet run as an ordinary user has a user namespace",
        "--cidfile": "docker inspect NAME finds a container by its name",
        "--health-cmd": "let the next step wait until the server answers",
    ]

    private static let byName: [String: RunFlag] = [
        "-e": .environment, "--env": .environment, "-v": .volume, "--volume": .volume,
        "-w": .workingDirectory, "--workdir": .workingDirectory, "-u": .user, "--user": .user,
        "--network": .network, "--net": .network, "--network-alias": .alias, "--name": .name,
        "--entrypoint": .entryPoint, "-p": .publish, "--publish": .publish, "-h": .hostname,
        "--hostname": .hostname, "--add-host": .addHost, "--cap-add": .addCapability,
        "--cap-drop": .dropCapability, "--tmpfs": .temporaryFolder, "-m": .memory, "--memory": .memory,
        "--cpus": .cpus, "--platform": .platform, "--pull": .pull, "--privileged": .privileged,
        "--mount": .mount, "--shm-size": .sharedMemory, "--ulimit": .resourceLimit,
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
