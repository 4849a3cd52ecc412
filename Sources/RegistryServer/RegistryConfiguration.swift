// SPDX-License-Identifier: Apache-2.0

package import Logging
package import SystemPackage

/// What a registry does at its start about the policy for the scope `registry`.
package enum WriteOnce: Sendable {
    /// Leaves the policies as they are.
    case off
    /// Protects every tag, unless there is a policy for the scope already, whatever it says.
    case unlessConfigured
    /// Protects every tag, and refuses to start when a policy for the scope says less.
    case required
}

/// What a registry needs to know before it starts.
package struct RegistryConfiguration: Sendable {
    /// A name or an address without brackets, for example `127.0.0.1` or `::1`.
    package var host: String
    /// 0 means any free port.
    package var port: Int
    /// Made when missing.
    ///
    /// Several registries, also of several processes, may work on one folder.
    package var dataFolder: FilePath
    /// Whether the registry begins with a policy that protects all its tags.
    package var writeOnce = WriteOnce.off
    /// A larger manifest is refused with 413.
    package var manifestLimitBytes = 4 << 20
    /// The file with the users and their rights; nil lets everybody push, pull and delete.
    ///
    /// Read again when it changes.
    package var usersFile: FilePath?
    /// Whether all requests come through a proxy that says for whom in `X-Forwarded-For`.
    ///
    /// The audit trail then has the clients' addresses. Without such a proxy anybody could write there what he
    /// likes.
    package var isBehindProxy = false
    /// How long requests may go on after the registry was told to stop.
    package var gracePeriod: Duration = .seconds(10)
    package var logger: Logger

    /// Without a logger, warnings and errors go where the logging system sends them.
    package init(
        host: String = "127.0.0.1", port: Int = 0, dataFolder: FilePath, logger: Logger? = nil
    ) {
        self.host = host
        self.port = port
        self.dataFolder = dataFolder
        var quiet = Logger(label: "stet.registry")
        quiet.logLevel = .warning
        self.logger = logger ?? quiet
    }

    /// Where the registry keeps the token that its admin API asks for, once it has started.
    package var adminTokenFile: FilePath { DataFolder(path: dataFolder).adminToken }
}
