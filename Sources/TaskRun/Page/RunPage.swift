// SPDX-License-Identifier: Apache-2.0

import Mustache

/// A run as one HTML file that needs nothing else: timeline, steps with their logs, images.
package enum RunPage {
    /// Of the log of a step, the last bytes.
    package static let logLimitBytes = 256 << 10

    /// `log`: the log of a step, at most ``logLimitBytes``; nil when it has none.
    /// - Throws: When the page's own template is broken.
    package static func render(
        _ record: RunRecord, log: (RunRecord.Step) throws -> [UInt8]?
    ) throws -> String {
        let library = MustacheLibrary(templates: [
            "page": try MustacheTemplate(string: RunPageTemplate.text),
            "step": try MustacheTemplate(string: RunPageTemplate.step),
        ])
        return library.render(try Model(record, log: log), withTemplate: "page") ?? ""
    }

    /// What the template shows.
    private struct Model {
        let id, task, status, started, finished, duration: String
        /// Not `error`: what a step does not have is looked for here.
        let runError: String?
        let timeline: String
        let style = RunPageTemplate.style
        /// Those that failed stand apart, in front.
        let failed: [Step]
        let hasFailed: Bool
        let steps: [Step]
        let images: [Image]
        let hasImages: Bool
        let bases: [Image]
        let hasBases: Bool
        let counts: String

        init(_ record: RunRecord, log: (RunRecord.Step) throws -> [UInt8]?) throws {
            id = record.id
            task = record.task
            status = record.status.rawValue
            started = record.startTime
            finished = record.finishTime
            duration = TimelinePicture.seconds(record.duration)
            runError = record.error
            timeline = TimelinePicture.render(record)
            let all = try record.steps.map { try Step($0, log: log($0)) }
            failed = all.filter(\.isOpen)
            hasFailed = !failed.isEmpty
            steps = all.filter { !$0.isOpen }
            images = record.outputImages.map { Image($0.name, note: $0.publication.words) }
            hasImages = !images.isEmpty
            bases = Self.bases(of: record)
            hasBases = !bases.isEmpty
            counts = Self.counts(of: record)
        }

        private static func bases(of record: RunRecord) -> [Image] {
            var seen: Set<String> = []
            return record.dependencies.flatMap { dependency in
                (dependency.runtime.map { [($0, "base")] } ?? [])
                    + dependency.buildtime.map { ($0, "build time") }
            }.filter { seen.insert($0.0.reference).inserted }.map { Image($0.0, note: $0.1) }
        }

        private static func counts(of record: RunRecord) -> String {
            let statuses: [StepOutcome.Status] = [.successful, .failed, .canceled, .skipped]
            return statuses.compactMap { status in
                let count = record.steps.count { $0.status == status }
                return count == 0 ? nil : "\(count) \(status.rawValue)"
            }.joined(separator: ", ")
        }
    }

    private struct Step {
        let id, type, status, duration, attempts: String
        let error, ignored, remark, when, log, omitted: String?
        let isOpen: Bool

        init(_ step: RunRecord.Step, log: [UInt8]?) {
            id = step.id
            type = step.type
            status = step.status.rawValue
            duration = step.startedAfter == nil ? "" : TimelinePicture.seconds(step.duration)
            attempts = step.attempts > 1 ? "\(step.attempts) attempts" : ""
            error = step.error
            ignored = step.ignoredError
            remark = step.remark
            when = step.when.isEmpty ? nil : step.when.joined(separator: ", ")
            self.log = log.map { TerminalText.plain(String(decoding: $0, as: UTF8.self)) }
            let cut = (step.log?.bytes ?? 0) - (log?.count ?? 0)
            omitted = cut > 4_096 ? "the last part of \(step.log?.bytes ?? 0) bytes" : nil
            isOpen = step.status == .failed
        }
    }

    private struct Image {
        let reference, digest, note: String

        init(_ name: ImageName, note: String) {
            reference = name.reference
            digest = name.digest ?? ""
            self.note = note
        }
    }
}

extension OutputImage.Publication {
    fileprivate var words: String {
        switch self {
        case .no: "local store only"
        case .published: "published"
        case .already: "already published"
        }
    }
}
