// SPDX-License-Identifier: Apache-2.0

/// `RUN`.
package struct RunInstruction: Hashable, Sendable {
    package let command: CommandForm
    /// In the order of their openings in `command`.
    package let documents: [HereDocument]
    package let mounts: [MountFlag]
    /// nil for the builder's own choice.
    package let network: Network?
    /// nil for `sandbox`.
    package let security: Security?
    package let devices: [Word]

    /// `--network`.
    package enum Network: String, CaseIterable, Sendable {
        case `default`
        case none
        case host
    }

    /// `--security`.
    package enum Security: String, CaseIterable, Sendable {
        case sandbox
        case insecure
    }
}
