// SPDX-License-Identifier: Apache-2.0

import TaskFile

/// What happened in a run; written as JSON, and read back by what lists and shows runs.
package struct RunRecord: Hashable, Sendable, Codable {
    package enum Status: String, Hashable, Sendable, Codable {
        case succeeded
        case failed
        /// The run was stopped from outside.
        case canceled
    }

    /// When a run was at work.
    struct Span {
        /// Since 1970.
        let startSeconds: Int
        let finishSeconds: Int
        let duration: Duration
    }

    /// Raised when a member changes its meaning or goes away.
    package let schemaVersion: Int
    package let id: String
    package let task: String
    package let status: Status
    /// RFC 3339, in UTC.
    package let startTime: String
    package let finishTime: String
    /// In seconds.
    package let duration: Double
    /// The first failure, for people; nil when there is none.
    package let error: String?
    /// Every step of the task, in the order of the file.
    package let steps: [Step]
    /// Each name once, as it stood at the end.
    package let outputImages: [OutputImage]
    package let dependencies: [ImageDependencies]

    init(identity: RunIdentity, steps: [Step], span: Span, wasCanceled: Bool) {
        let failed = steps.first { $0.status == .failed }
        let isIncomplete = steps.contains { $0.status != .successful }
        schemaVersion = 1
        id = identity.id
        task = identity.taskName
        status = failed != nil ? .failed : wasCanceled && isIncomplete ? .canceled : .succeeded
        startTime = UTCTime(secondsSinceEpoch: span.startSeconds).rfc3339
        finishTime = UTCTime(secondsSinceEpoch: span.finishSeconds).rfc3339
        duration = span.duration.inSeconds
        error = failed.map { "step \($0.id): \($0.error ?? "")" }
        self.steps = steps
        outputImages = Self.latest(steps.flatMap(\.product.images))
        dependencies = steps.flatMap(\.product.dependencies)
    }

    /// Keeps the last word on each name, at the place of the first.
    private static func latest(_ images: [OutputImage]) -> [OutputImage] {
        var result: [OutputImage] = []
        for image in images {
            if let index = result.firstIndex(where: { $0.name.reference == image.name.reference }) {
                result[index] = image
            } else {
                result.append(image)
            }
        }
        return result
    }
}
