// SPDX-License-Identifier: Apache-2.0

package import ImageBuild

/// A container that a step runs: what the step's keys and the flags in front of its image say together.
package struct CommandAction: Hashable, Sendable {
    /// As written; short names are looked up like those of other commands.
    package internal(set) var image = ""
    /// What follows the image; empty leaves the image's own command in place.
    package internal(set) var arguments: [String] = []
    /// One program without arguments; nil for the image's own, empty for none.
    package internal(set) var entryPoint: String?
    /// Host name of the container on its network, besides `aliases`; the step's id unless `--name` says otherwise.
    package internal(set) var name = ""
    /// `NAME=VALUE`; the last one of a name counts.
    package internal(set) var environment: [String] = []
    package internal(set) var user: String?
    /// nil leaves it to the image.
    package internal(set) var workingDirectory: String?
    package internal(set) var network = Network.named(CommandAction.defaultNetwork)
    package internal(set) var aliases: [String] = []
    package internal(set) var hostname: String?
    package internal(set) var extraHosts: [ExtraHost] = []
    package internal(set) var ports: [PortMapping] = []
    package internal(set) var volumes: [Volume] = []
    /// Absolute paths.
    package internal(set) var temporaryFolders: [String] = []
    package internal(set) var isPrivileged = false
    package internal(set) var addedCapabilities: [String] = []
    package internal(set) var droppedCapabilities: [String] = []
    package internal(set) var isReadOnly = false
    /// How many processors the container may use.
    package internal(set) var cpus: Double?
    package internal(set) var memoryBytes: Int64?
    /// Of /dev/shm; nil is Docker's 64 MiB.
    package internal(set) var sharedMemoryBytes: Int64?
    package internal(set) var limits: [ProcessLimit] = []
    package internal(set) var isDetached = false
    package internal(set) var isKept = false
    package internal(set) var pull: Pull?
    /// nil for the platform of the run.
    package internal(set) var platform: String?

    /// What a task's containers share when it declares no networks.
    static let defaultNetwork = "acb_default_network"

    /// What the container can reach, and who can reach it by name.
    package enum Network: Hashable, Sendable {
        /// Only itself.
        case none
        /// What this machine reaches, with the machine's own ports.
        case host
        /// Containers on the same network reach each other by name, and all of them the outside.
        case named(String)

        /// As `--network` spells it.
        init(flag text: String) {
            switch text {
            case "none": self = .none
            case "host": self = .host
            case "default": self = .named("bridge")
            default: self = .named(text)
            }
        }
    }

    /// A folder or file that the container sees besides its image.
    package struct Volume: Hashable, Sendable {
        package enum Source: Hashable, Sendable {
            /// Declared under `volumes`: files that can only be read.
            case files(String)
            /// Relative to the workspace; `.` for all of it.
            case workspace(String)
            /// Made when first named, shared by the steps of the run, gone with it.
            case scratch(String)
        }

        package let source: Source
        /// Absolute, in the container.
        package let path: String
        package let isReadOnly: Bool

        package init(source: Source, path: String, isReadOnly: Bool) {
            self.source = source
            self.path = path
            self.isReadOnly = isReadOnly
        }
    }

    /// An image that is fetched before the container starts, even when it is here.
    package struct Pull: Hashable, Sendable {
        let retries: Int
        let retryDelay: Duration
    }

    /// A name with an address: `--add-host`.
    package struct ExtraHost: Hashable, Sendable {
        package let name: String
        package let address: String
    }
}
