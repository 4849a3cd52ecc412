// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import SystemPackage

/// A build's context could not be had.
package struct ContextError: Error, CustomStringConvertible {
    /// What was asked for, without secrets.
    package let location: String
    package let cause: any Error

    package var description: String { "cannot get the build context \(location): \(cause)" }
}

/// Why something is no context.
struct NoContext: Error, Hashable, CustomStringConvertible {
    let description: String
}

extension BuildContextLocation: CustomStringConvertible {
    /// Without secrets.
    package var description: String {
        switch self {
        case .path(let path): path.string
        case .standardInput: "-"
        case .url(let address): address.description
        case .git(let address): address.description
        case .artifact(let reference): "oci://\(reference)"
        }
    }
}
