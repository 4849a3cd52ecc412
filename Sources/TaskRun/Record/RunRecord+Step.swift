// SPDX-License-Identifier: Apache-2.0

import TaskFile

extension RunRecord {
    /// What happened to one step.
    package struct Step: Hashable, Sendable {
        package let id: String
        /// `cmd`, `build` or `push`.
        package let type: String
        package let status: StepOutcome.Status
        /// Tries that were begun, over all repetitions.
        package let attempts: Int
        /// In seconds from the start of the run; nil for a step that never started.
        package let startedAfter: Double?
        /// In seconds.
        package let duration: Double
        /// Why the step failed; nil when it did not.
        package let error: String?
        /// The failure that `ignoreErrors` made a success of.
        package let ignoredError: String?
        /// What conditions of other steps saw; nil for a step that has not ended by itself.
        package let exitCode: Int?
        /// The steps that it waits for.
        package let when: [String]
        /// What was noticed when the run was over: a detached container that ended early.
        package let remark: String?
        /// nil for a step that said nothing.
        package internal(set) var log: StepLogSummary?
        let product: StepProduct

        /// `span`: when the step was at work, from the start of the run.
        init(
            _ step: RunPlan.Step, outcome: StepOutcome, attempts: Int,
            span: (start: Duration, end: Duration)?,
            remark: String?
        ) {
            id = step.id.name
            type = step.action.kind
            status = outcome.status
            self.attempts = attempts
            startedAfter = span?.start.inSeconds
            duration = span.map { ($0.end - $0.start).inSeconds } ?? 0
            exitCode = outcome.exitCode
            when = step.dependencies.map(\.name).sorted()
            self.remark = remark
            switch outcome {
            case .successful(let product, let ignored):
                self.product = product
                error = nil
                ignoredError = ignored?.message
            case .failed(let failure):
                product = failure.product
                error = failure.message
                ignoredError = nil
            case .skipped, .canceled:
                product = StepProduct()
                error = nil
                ignoredError = nil
            }
        }
    }
}

extension RunRecord.Step: Codable {
    private enum CodingKeys: String, CodingKey {
        case id
        case type
        case status
        case attempts
        case startedAfter
        case duration
        case error
        case ignoredError
        case exitCode
        case when
        case remark
        case log
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        type = try container.decode(String.self, forKey: .type)
        status = try container.decode(StepOutcome.Status.self, forKey: .status)
        attempts = try container.decode(Int.self, forKey: .attempts)
        startedAfter = try container.decodeIfPresent(Double.self, forKey: .startedAfter)
        duration = try container.decode(Double.self, forKey: .duration)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        ignoredError = try container.decodeIfPresent(String.self, forKey: .ignoredError)
        exitCode = try container.decodeIfPresent(Int.self, forKey: .exitCode)
        when = try container.decodeIfPresent([String].self, forKey: .when) ?? []
        remark = try container.decodeIfPresent(String.self, forKey: .remark)
        log = try container.decodeIfPresent(StepLogSummary.self, forKey: .log)
        product = StepProduct()
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(type, forKey: .type)
        try container.encode(status, forKey: .status)
        try container.encode(attempts, forKey: .attempts)
        try container.encodeIfPresent(startedAfter, forKey: .startedAfter)
        try container.encode(duration, forKey: .duration)
        try container.encodeIfPresent(error, forKey: .error)
        try container.encodeIfPresent(ignoredError, forKey: .ignoredError)
        try container.encodeIfPresent(exitCode, forKey: .exitCode)
        try container.encode(when, forKey: .when)
        try container.encodeIfPresent(remark, forKey: .remark)
        try container.encodeIfPresent(log, forKey: .log)
    }
}
