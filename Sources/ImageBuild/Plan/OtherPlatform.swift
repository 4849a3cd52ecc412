// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// An image is there, and not for the platform that a stage is built for.
struct OtherPlatform: Error, Hashable, CustomStringConvertible {
    /// What the image is for; empty for an index that does not say.
    let found: [Platform]
    let wanted: Platform
    /// Why no registry could be asked for another one; empty when the image is what the registry has.
    var refusal = ""

    var description: String {
        let names = found.isEmpty ? "no platform" : found.map(\.description).joined(separator: ", ")
        guard !refusal.isEmpty else { return "it is for \(names), not \(wanted)" }
        return "the local store has it for \(names), not \(wanted), and its registry does not: \(refusal)"
    }
}
