// SPDX-License-Identifier: Apache-2.0

package import ImageStore
import OCISpec
import Synchronization

/// Tells how an errand goes on: of each content that moves, ten times a second at most.
package final class ErrandNews: Sendable {
    private static let spacing = Duration.milliseconds(100)

    private let errand: BuildErrand
    private let progress: @Sendable (BuildEvent) -> Void
    private let now: @Sendable () -> ContinuousClock.Instant
    /// When each content was last told of; nil is the content of a file.
    private let told = Mutex<[Digest?: ContinuousClock.Instant]>([:])

    package init(
        of errand: BuildErrand, to progress: @escaping @Sendable (BuildEvent) -> Void,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.errand = errand
        self.progress = progress
        self.now = now
    }

    /// For a copy that is the errand.
    package var settings: CopySettings {
        var settings = CopySettings()
        settings.report = { self.tell($0) }
        return settings
    }

    package func tell(_ event: TransferEvent) {
        if case .advanced(let descriptor, _, _) = event, !isDue(descriptor.digest) { return }
        progress(.moving(errand, .content(event)))
    }

    func tell(bytes: Int64, of total: Int64?) {
        if bytes == total || isDue(nil) { progress(.moving(errand, .file(bytes: bytes, of: total))) }
    }

    func tell(retryingAfter reason: String) {
        progress(.moving(errand, .retrying(reason)))
    }

    private func isDue(_ content: Digest?) -> Bool {
        let now = now()
        return told.withLock { told in
            if let last = told[content], last.duration(to: now) < Self.spacing { return false }
            told[content] = now
            return true
        }
    }
}
