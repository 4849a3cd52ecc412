// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// What runs in a container, and with what: nothing in it is about images or build files.
///
/// There is no terminal, and no shell that would read the arguments.
package struct ContainerProcess: Sendable {
    /// The program, looked up in the PATH of ``environment`` inside the root, and its arguments.
    package var arguments: [String]
    /// `NAME=value`, later ones win; PATH and HOME are added where they are missing.
    package var environment: [String] = []
    /// Absolute; made (mode 0755, owner 0:0) where it is missing, in a mount if it lies in one.
    package var workingFolder: FilePath = "/"
    package var user = ContainerUser.root
    package var hostname = "stet"
    /// /etc/hostname is the container's own, in place of the root's.
    package var hasHostnameFile = true
    /// What the program reads from its standard input, which then ends.
    package var input: [UInt8] = []
    /// In the order in which they are mounted.
    package var mounts: [ContainerMount] = []
    package var network = ContainerNetwork.none
    /// Further lines of /etc/hosts.
    package var hosts: [HostEntry] = []
    package var security = ContainerSecurity()
    package var limits = ContainerLimits()

    package init(_ arguments: [String]) {
        self.arguments = arguments
    }
}

/// A line of /etc/hosts.
package struct HostEntry: Hashable, Sendable {
    package let address: String
    package let names: [String]

    package init(_ address: String, _ names: [String]) {
        self.address = address
        self.names = names
    }
}

/// Which of its two output streams a container wrote to.
package enum ContainerStream: Hashable, Sendable {
    case output, error
}

/// Takes what a container writes, piece by piece, in order for each stream; the container waits meanwhile
/// when it has written more than a pipe holds.
package typealias ContainerOutput = @Sendable (ContainerStream, [UInt8]) async -> Void

/// How a container ended.
package enum ContainerExit: Hashable, Sendable {
    /// By itself, with a status from 0 to 127.
    case code(Int32)
    /// By a signal, or with the status of a shell whose child was: 128 and the signal's number.
    case signal(Int32)
    /// The kernel ended it because it used more memory than ``ContainerLimits/memoryBytes``.
    case outOfMemory

    /// As a shell puts it.
    package var status: Int32 {
        switch self {
        case .code(let code): code
        case .signal(let number): 128 + number
        case .outOfMemory: 137
        }
    }

    package var isSuccess: Bool { self == .code(0) }
}
