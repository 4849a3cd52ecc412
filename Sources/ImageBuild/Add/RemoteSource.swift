// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// A source of `ADD` that is not in the context.
enum RemoteSource: Hashable {
    case url(String)
    case git(String)

    /// - Returns: nil for a path of the context.
    init?(_ text: String) {
        if GitAddress.isAddress(text) {
            self = .git(text)
        } else if text.hasPrefix("http://") || text.hasPrefix("https://") {
            self = .url(text)
        } else {
            return nil
        }
    }

    static let checksumRule = "--checksum is for one URL or one git repository"

    /// For people, as in `COPY does not take …`.
    var noun: String {
        switch self {
        case .url: "a URL"
        case .git: "a git repository"
        }
    }
}
