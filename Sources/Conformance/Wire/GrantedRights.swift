// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// What the writer of a run has been let read so far.
///
/// Somebody may have been given the right to push and no other. To be turned away from what one has never been let do
/// says nothing about tags; to be turned away from what one was let do a moment ago does.
final class GrantedRights: Sendable {
    private enum Right: String {
        case pull
        case pullBlobs = "pull blobs"
        case list = "list tags"
    }

    private let granted = Mutex<Set<Right>>([])

    /// Takes note of an answer; most say nothing of rights to read.
    func note(_ exchange: Exchange) {
        guard exchange.role == .writer, exchange.response.isSuccess,
            let right = GrantedRights.right(exchange.request)
        else { return }
        granted.withLock { _ = $0.insert(right) }
    }

    /// Why an answer says nothing about the registry, as one clause; nil when it does.
    func lack(in exchange: Exchange) -> String? {
        guard exchange.role == .writer, exchange.status == 403,
            let right = GrantedRights.right(exchange.request), !granted.withLock({ $0.contains(right) })
        else { return nil }
        return
            "the answer was \(exchange.summary), and the writer has not been let \(right.rawValue) here before; "
            + "give the writer the right to \(right.rawValue)"
    }

    private static func right(_ request: HTTPRequest) -> Right? {
        guard request.method == .get || request.method == .head, let route = Wire.route(request.url) else {
            return nil
        }
        switch route {
        // Who may push is let ask for blobs nearly everywhere.
        case .manifest: return .pull
        case .blob: return .pullBlobs
        case .tags: return .list
        default: return nil
        }
    }
}
