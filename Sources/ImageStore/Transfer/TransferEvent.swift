// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What happens to a content on its way from one place to another.
///
/// A content is known by its digest: in one copy there are no two with the same. It is either `exists` and nothing
/// else, or it is `started`, may have `advanced`, and ends as `finished` or `mounted`. What fails or is cancelled has no
/// event of its own: the copy throws.
package enum TransferEvent: Hashable, Sendable {
    case started(Descriptor)
    /// So many bytes have come, or gone, so far; fewer than before when a content starts again.
    case advanced(Descriptor, TransferPhase, bytes: Int64)
    case finished(Descriptor)
    /// The registry took it over from another of its repositories: no byte has moved.
    case mounted(Descriptor, from: RepositoryName)
    /// The target has it already; a manifest stands for all under it.
    case exists(Descriptor)

    package var descriptor: Descriptor {
        switch self {
        case .started(let descriptor), .advanced(let descriptor, _, _), .finished(let descriptor),
            .mounted(let descriptor, _), .exists(let descriptor):
            descriptor
        }
    }
}

/// Which way the bytes go; a content between two registries first comes and then goes.
package enum TransferPhase: Hashable, Sendable {
    case receiving
    case sending
}

/// How a content got to where it had to go.
package enum TransferOutcome: Hashable, Sendable {
    case moved
    case mounted(from: RepositoryName)
}

/// Is told how far one content has come: bytes from its start.
///
/// Called often, on any thread; it must not block.
package typealias TransferProgress = @Sendable (TransferPhase, _ bytes: Int64) -> Void
