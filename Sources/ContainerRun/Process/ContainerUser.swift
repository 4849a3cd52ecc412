// SPDX-License-Identifier: Apache-2.0

/// Who a process is, as numbers of the root file system.
///
/// ``UserDirectory`` makes them out of names.
package struct ContainerUser: Hashable, Sendable {
    package var uid: UInt32
    package var gid: UInt32
    /// Supplementary groups.
    package var groups: [UInt32]
    /// For the variable HOME.
    package var home: String

    package static let root = ContainerUser(uid: 0, gid: 0, home: "/root")

    package init(uid: UInt32, gid: UInt32, groups: [UInt32] = [], home: String = "/") {
        self.uid = uid
        self.gid = gid
        self.groups = groups
        self.home = home
    }
}
