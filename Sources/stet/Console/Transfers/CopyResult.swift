// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec

enum ResultStyle {
    case digestOnly
    case text
    case json
}

/// What was copied, for people and for scripts.
struct CopyResult: Encodable {
    /// What became of a further tag.
    struct TagResult: Encodable {
        let tag: Tag
        let outcome: ImageTarget.Outcome
        /// Why it was refused.
        var reason: String?
    }

    let source: String
    let target: String
    let outcome: ImageTarget.Outcome
    let root: Descriptor
    /// The digest before a conversion.
    var convertedFrom: Digest?
    /// The tags that were asked for besides the target's own; nil when there were none.
    var tags: [TagResult]?

    private var refused: [TagResult] { tags?.filter { $0.outcome == .refused } ?? [] }

    func show(_ style: ResultStyle) {
        switch style {
        case .json: Terminal.output.write((try? JSONDocument.pretty(self)) ?? [])
        case .digestOnly: Terminal.output.line("\(root.digest)")
        case .text:
            if let convertedFrom {
                Terminal.error.line("converted: \(convertedFrom) became \(root.digest)")
            }
            Terminal.error.line(words)
            if let tags { Terminal.error.line(Self.summary(of: tags)) }
            Terminal.output.line("\(root.digest)")
        }
    }

    private var words: String {
        switch outcome {
        case .published: "published \(target)"
        case .alreadyPublished: "already published: \(target) is this very image"
        case .refused: "refused: \(target)"
        case .copied: "copied \(source) to \(target)"
        }
    }

    private static func summary(of tags: [TagResult]) -> String {
        let counts = [ImageTarget.Outcome.published, .alreadyPublished, .refused].compactMap { outcome in
            let count = tags.count { $0.outcome == outcome }
            return count == 0 ? nil : "\(count) \(outcome.rawValue)"
        }
        return "further tags: \(counts.joined(separator: ", "))"
    }

    /// - Throws: The refusals, one line each, when there are any.
    func check() throws {
        guard outcome == .refused || !refused.isEmpty else { return }
        let count = refused.count + (outcome == .refused ? 1 : 0)
        let lines = refused.map { "  \($0.tag): \($0.reason ?? "refused")" }
        throw CommandFailure(
            (["\(count) of \((tags?.count ?? 0) + 1) tags refused"] + lines).joined(separator: "\n"))
    }
}
