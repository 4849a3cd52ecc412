// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// Why a registry cannot start, or had to stop.
package enum RegistryServerError: Error, Hashable, Sendable {
    case addressInUse(String)
    case cannotListen(address: String, reason: String)
    case unusableDataFolder(FilePath, reason: String)
    case unusableDatabase(FilePath, reason: String)
    /// The file of users cannot be read, says something that cannot be, or passwords cannot be hashed here.
    case unusableUsers(reason: String)
    /// All tags were to be protected, and the registry has a policy of its own that leaves some out.
    case notWriteOnce(gap: String)
    /// The server ended by itself.
    case stopped(reason: String)
}

extension RegistryServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .addressInUse(let address):
            "cannot listen on \(address): another program does; choose another port, or 0 for any free one"
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .unusableDataFolder(let path, let reason): "cannot use the data folder \(path): \(reason)"
        case .unusableDatabase(let path, let reason): "cannot use the database \(path): \(reason)"
        case .unusableUsers(let reason): reason
        case .notWriteOnce(let gap):
            """
            the registry's own policy does not protect every tag: \(gap); serve without --write-once to keep it, \
            or to change it with `stet policy enable registry`, `stet policy set registry` or `stet policy delete \
            registry`
            """
        case .stopped(let reason): "the registry stopped: \(reason)"
        }
    }
}
