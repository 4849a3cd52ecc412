// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A short name, and `registries.conf` does not lead to one image.
package enum ShortNameFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Several registries may have it, and `short-name-mode` does not let us choose.
    case ambiguous(String, candidates: [Reference])
    /// None of the registries has it.
    case notFound(String, candidates: [Reference])

    package var description: String {
        switch self {
        case .ambiguous(let name, let candidates):
            """
            \(name): it may be any of \(ShortNameFault.list(candidates)), and short-name-mode in registries.conf is enforcing
              hint: write the full name, or give it an alias there
            """
        case .notFound(let name, let candidates):
            "\(name): there is no such image in any of \(ShortNameFault.list(candidates))"
        }
    }

    private static func list(_ candidates: [Reference]) -> String {
        candidates.map(\.description).joined(separator: ", ")
    }
}
