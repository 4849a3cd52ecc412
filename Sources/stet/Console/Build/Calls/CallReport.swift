// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec

/// What `stet build --call=…` prints on standard output in place of building.
enum CallReport {
    /// - Throws: For a Dockerfile that is wrong; for a check that found something, with the status 1 and without a
    ///   message: all has been said.
    static func show(_ call: BuildCall, of request: BuildRequest) async throws {
        do {
            switch call.method {
            case .build: break
            case .check: try await check(call, request)
            case .outline:
                let outline = try await BuildOutline.of(request)
                try show(CallDocument.Outline(outline), as: call.format, text: text(of: outline))
            case .targets:
                let targets = try await BuildTargets.of(request)
                try show(CallDocument.Targets(targets), as: call.format, text: text(of: targets))
            }
        } catch let error as BuildError {
            throw BuildFailure.commandFailure(error)
        }
    }

    private static func check(_ call: BuildCall, _ request: BuildRequest) async throws {
        let review: DockerfileReview
        do {
            review = try await DockerfileReview.of(request)
        } catch {
            guard call.format == .json, !error.diagnostics.isEmpty else { throw error }
            try show(CallDocument.Check(error.diagnostics), as: .json, text: "")
            throw CommandFailure(exitCode: BuildFailure.commandFailure(error).exitCode)
        }
        try show(CallDocument.Check(review), as: call.format, text: CheckReport.text(of: review))
        guard review.warnings.isEmpty || call.ignoresStatus else { throw CommandFailure() }
    }

    private static func show(_ document: some Encodable, as format: ResultFormat, text: String) throws {
        switch format {
        case .json: Terminal.output.write(try JSONDocument.pretty(document))
        case .text: Terminal.output.line(text)
        }
    }

    /// Source: docker buildx build, `--call=outline`, for the columns.
    static func text(of outline: BuildOutline) -> String {
        var parts: [String] = []
        if outline.target != nil || outline.description != nil {
            var head = "TARGET:      \(outline.target ?? "(default)")"
            if let description = outline.description { head += "\nDESCRIPTION: \(description)" }
            parts.append(head)
        }
        if !outline.arguments.isEmpty {
            var table = TextTable(["BUILD ARG", "VALUE", "DESCRIPTION"])
            for argument in outline.arguments {
                table.add([argument.name, argument.value ?? "", argument.description ?? ""])
            }
            parts.append(table.text)
        }
        for (noun, requirements) in [("SECRET", outline.secrets), ("SSH", outline.agents)]
        where !requirements.isEmpty {
            var table = TextTable([noun, "REQUIRED"])
            for requirement in requirements {
                table.add([requirement.name, requirement.isRequired ? "true" : ""])
            }
            parts.append(table.text)
        }
        guard !parts.isEmpty else { return "This target takes no build arguments, secrets or agents." }
        return parts.joined(separator: "\n\n")
    }

    /// Source: docker buildx build, `--call=targets`, for the columns.
    static func text(of list: BuildTargets) -> String {
        var table = TextTable(["TARGET", "DESCRIPTION"])
        for (number, target) in list.targets.enumerated() {
            // A stage without a name is built by its number.
            let name = target.name ?? (target.isDefault ? nil : "\(number)")
            let mark = target.isDefault ? "(default)" : nil
            table.add([
                [name, mark].compactMap(\.self).joined(separator: " "), target.description ?? "",
            ])
        }
        return table.text
    }
}
