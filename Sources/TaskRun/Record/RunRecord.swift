// SPDX-License-Identifier: Apache-2.0

package import TaskFile

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

    /// How a run came to its end.
    enum End {
        case byItself
        /// Its own time limit stopped it.
        case timedOut(Duration)
        /// It was stopped from outside.
        case interrupted
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
    package internal(set) var steps: [Step]
    /// Each name once, as it stood at the end.
    package let outputImages: [OutputImage]
    package let dependencies: [ImageDependencies]
    /// The folder of the steps' logs, relative to that of the records; nil when there are none.
    package private(set) var logs: String?

    init(identity: RunIdentity, steps: [Step], span: Span, end: End) {
        let failed = steps.first { $0.status == .failed }
        schemaVersion = 1
        id = identity.id
        task = identity.taskName
        startTime = UTCTime(secondsSinceEpoch: span.startSeconds).rfc3339
        finishTime = UTCTime(secondsSinceEpoch: span.finishSeconds).rfc3339
        duration = span.duration.inSeconds
        self.steps = steps
        outputImages = Self.latest(steps.flatMap(\.product.images))
        dependencies = steps.flatMap(\.product.dependencies)
        switch end {
        case .timedOut(let limit):
            status = .failed
            error = Self.timeLimitText(limit, steps)
        case _ where failed != nil:
            status = .failed
            error = failed.map { "step \($0.id): \($0.error ?? "")" }
        case .interrupted:
            status =
                steps.contains { $0.status == .canceled || $0.status == .skipped } ? .canceled : .succeeded
            error = nil
        case .byItself:
            status = .succeeded
            error = nil
        }
    }

    private static func timeLimitText(_ limit: Duration, _ steps: [Step]) -> String {
        let stopped = steps.filter { $0.status == .canceled }.map(\.id)
        let atWork = stopped.isEmpty ? "" : "; stopped at work: \(stopped.joined(separator: ", "))"
        return "the run timed out after \(limit.written), the time limit of the run" + atWork
    }

    /// The same record with what there is of logs.
    ///
    /// `folder`: relative to the folder of the records.
    package func with(logs: [StepID: StepLogSummary], in folder: String) -> RunRecord {
        var record = self
        record.logs = logs.isEmpty ? nil : folder
        record.steps = steps.map { step in
            var step = step
            step.log = logs[StepID(step.id)]
            return step
        }
        return record
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
