// SPDX-License-Identifier: Apache-2.0

/// How much of the machine a container may use; nil is as much as there is.
///
/// A limit whose cgroup controller is not there is left out: ``ContainerRuntime/missingLimits(_:)`` says
/// which.
package struct ContainerLimits: Hashable, Sendable {
    /// In processors, 0.5 is half of one.
    package var cpus: Double?
    package var memoryBytes: Int64?
    package var processes: Int64?
    /// Of the file system in memory at /dev/shm; nil is Docker's 64 MiB.
    package var sharedMemoryBytes: Int64?
    /// By name, `RLIMIT_NOFILE`.
    package var resources: [String: ResourceLimit] = [:]

    package struct ResourceLimit: Hashable, Sendable {
        package let soft: UInt64
        package let hard: UInt64

        package init(soft: UInt64, hard: UInt64) {
            self.soft = soft
            self.hard = hard
        }
    }

    package init() {}

    var usesCgroups: Bool { cpus != nil || memoryBytes != nil || processes != nil }
}
