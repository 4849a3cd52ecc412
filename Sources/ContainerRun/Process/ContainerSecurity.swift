// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// What a container may do to the machine; what is not said is what Docker gives.
package struct ContainerSecurity: Hashable, Sendable {
    /// Everything that the caller may do, and no profile: never more than the caller has.
    package var isPrivileged = false
    /// Names like `CAP_NET_RAW`; those that the caller lacks are left out.
    package var capabilities = Capability.standard
    /// The system calls are limited to those of a profile like Docker's.
    package var filtersSystemCalls = true
    /// Set-user-id programs give no rights.
    package var forbidsNewPrivileges = false
    package var hasReadOnlyRoot = false
    /// Device nodes of the machine that it gets besides the usual ones.
    package var devices: [FilePath] = []

    package init() {}
}
