// SPDX-License-Identifier: Apache-2.0

/// The OCI runtimes that are looked for, the preferred one first.
package enum ContainerRuntimeName: String, CaseIterable, Sendable {
    case runc
    case crun
}
