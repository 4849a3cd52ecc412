// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import FoundationEssentials
import ImageBuild
import SourceText

/// The answers to `--call=…,format=json`, with BuildKit's members.
///
/// Source: BuildKit, `frontend/subrequests`.
enum CallDocument {
    struct Outline: Encodable {
        struct Argument: Encodable {
            let name: String
            let description: String?
            let value: String?
            let location: Location
        }

        struct Requirement: Encodable {
            let name: String
            let required: Bool?
            let location: Location
        }

        let name: String?
        let description: String?
        let args: [Argument]?
        let secrets: [Requirement]?
        let ssh: [Requirement]?
        let sources: [Data]
    }

    struct Targets: Encodable {
        struct Target: Encodable {
            let name: String?
            let `default`: Bool?
            let description: String?
            let base: String
            let platform: String?
            let location: Location
        }

        let targets: [Target]
        let sources: [Data]
    }

    struct Check: Encodable {
        struct Warning: Encodable {
            let ruleName: String
            let description: String
            let url: String
            let detail: String
            let location: Location
        }

        struct Source: Encodable {
            let fileName: String
            let language = "Dockerfile"
            let data: Data

            private enum CodingKeys: CodingKey { case fileName, language, data }
        }

        /// The first thing that is wrong with a Dockerfile that cannot be checked.
        struct Failure: Encodable {
            let message: String
            let location: Location
        }

        let warnings: [Warning]
        let sources: [Source]
        var buildError: Failure?
    }

    /// Lines of the first source.
    struct Location: Encodable {
        private struct Position: Encodable {
            let line: Int
        }

        private struct Range: Encodable {
            let start: Position
            let end: Position
        }

        private let ranges: [Range]

        init(_ lines: ClosedRange<Int>) {
            ranges = [Range(start: Position(line: lines.lowerBound), end: Position(line: lines.upperBound))]
        }
    }
}

extension CallDocument.Outline {
    init(_ outline: BuildOutline) {
        name = outline.target
        description = outline.description
        args = Self.orNothing(
            outline.arguments.map {
                Argument(
                    name: $0.name, description: $0.description,
                    value: $0.value.flatMap { $0.isEmpty ? nil : $0 }, location: .init($0.lines))
            })
        secrets = Self.orNothing(outline.secrets.map(Requirement.init))
        ssh = Self.orNothing(outline.agents.map(Requirement.init))
        sources = [outline.source.data]
    }

    private static func orNothing<Value>(_ values: [Value]) -> [Value]? { values.isEmpty ? nil : values }
}

extension CallDocument.Outline.Requirement {
    fileprivate init(_ requirement: BuildOutline.Requirement) {
        name = requirement.name
        required = requirement.isRequired ? true : nil
        location = CallDocument.Location(requirement.lines)
    }
}

extension CallDocument.Targets {
    init(_ list: BuildTargets) {
        targets = list.targets.map {
            Target(
                name: $0.name, default: $0.isDefault ? true : nil, description: $0.description, base: $0.base,
                platform: $0.platform, location: .init($0.lines))
        }
        sources = [list.source.data]
    }
}

extension CallDocument.Check {
    init(_ review: DockerfileReview) {
        warnings = review.warnings.map {
            Warning(
                ruleName: $0.rule.rawValue, description: $0.rule.summary, url: $0.rule.address,
                detail: $0.message, location: .init($0.lines))
        }
        sources = [Source(fileName: review.source.name, data: review.source.data)]
    }
}

extension CallDocument.Check {
    init(_ diagnostics: [Diagnostic]) {
        (warnings, sources) = ([], [])
        buildError = diagnostics.first.map { diagnostic in
            Failure(
                message: diagnostic.message,
                location: .init(diagnostic.location.line...diagnostic.location.line))
        }
    }
}

extension SourceFile {
    /// The text, which JSON has in Base64.
    fileprivate var data: Data { Data(lines.map { $0 + "\n" }.joined().utf8) }
}
