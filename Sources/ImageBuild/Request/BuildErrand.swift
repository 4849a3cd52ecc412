// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import OCISpec
import RegistryTransport

/// Work of a build besides its steps: what is got, unpacked or sent.
package struct BuildErrand: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// An image that a stage begins with or reads, from the local store or a registry.
        case image(platform: Platform)
        /// The build context itself.
        case context
        /// What `--build-context` puts behind a name.
        case namedContext(String)
        /// A file that a step, an `ADD`, takes from a server.
        case file(for: BuildStep)
        /// The layers that a stage begins with become files, for its first `RUN`.
        case unpacking(BuildStage)
        /// The names in the layers that a stage begins with are read, for its first `COPY`.
        case reading(BuildStage)
        /// What `--cache-from` knows.
        case cacheImport
        /// A layer that only a cache elsewhere has.
        case cachedLayer(Digest)
        /// A layer of a base image gets the compression that ``place`` names.
        case recompressing(Digest)
        /// `--cache-to`.
        case cacheExport
        /// The image, or its files, go to a place of `--output` on this machine.
        case output
        /// The image goes to a registry.
        case push
    }

    package let kind: Kind
    /// Where from or where to, or what is done with, as a person writes it, without secrets.
    package let place: String

    package init(_ kind: Kind, _ place: String) {
        self.kind = kind
        self.place = place
    }
}

/// How an errand that moves bytes goes on.
package enum BuildMovement: Hashable, Sendable {
    /// A content that is known by its digest.
    case content(TransferEvent)
    /// So many bytes of a file have come; nil where the server does not say of how many.
    case file(bytes: Int64, of: Int64?)
    /// What went wrong, in a clause; it is tried again.
    case retrying(String)
}

extension BuildErrand {
    /// Tells of the work while it is done; `work` says how it goes on, and what is tried again tells itself.
    package func report<Value>(
        to progress: @escaping @Sendable (BuildEvent) -> Void,
        _ work: (_ news: ErrandNews) async throws -> Value
    ) async throws -> Value {
        progress(.began(self))
        let start = ContinuousClock.now
        do {
            let news = ErrandNews(of: self, to: progress)
            let listener = RetryNews { news.tell(retryingAfter: $0) }
            let value = try await RetryNews.$listener.withValue(listener) { try await work(news) }
            progress(.over(self, .done(start.duration(to: .now))))
            return value
        } catch {
            progress(.over(self, .failed(start.duration(to: .now))))
            throw error
        }
    }
}
