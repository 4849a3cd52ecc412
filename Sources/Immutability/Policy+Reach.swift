// SPDX-License-Identifier: Apache-2.0

/// What a policy can reach, beside what it says.
extension Policy {
    /// Makes sure that every pattern can match a name.
    ///
    /// Asked when a policy is set, not when it is read back, so that an older one stays readable.
    ///
    /// - Throws: ``InvalidPolicy`` for the first pattern with a character that no repository name (`images`), or
    ///   no tag (`tags`, `exceptTags`), can have: such a pattern protects nothing, in silence.
    package func checkReach() throws(InvalidPolicy) {
        try Policy.check(images, "images", "repository name") { $0.impossibleInRepositoryName }
        try Policy.check(tags, "tags", "tag") { $0.impossibleInTag }
        try Policy.check(exceptTags, "exceptTags", "tag") { $0.impossibleInTag }
    }

    package func hasPatterns(of other: Policy) -> Bool {
        images == other.images && tags == other.tags && exceptTags == other.exceptTags
    }

    /// Why some tag in the scope may name something else tomorrow, as one clause; nil when none may.
    package var gap: String? {
        if !enabled { return "it is switched off" }
        if !images.contains(where: { $0 == .all }) { return "its images leave repositories out" }
        if !tags.contains(where: { $0 == .all || $0.text == "*" }) { return "its tags leave tags out" }
        if let pattern = exceptTags.first { return "its exceptTags leave \"\(pattern.text)\" out" }
        if deletion == .allow, reuse == .allow { return "it lets tags be deleted and used again" }
        return nil
    }

    private static func check(
        _ patterns: [Pattern], _ field: String, _ noun: String,
        wrongSign: (Pattern) -> Unicode.Scalar?
    ) throws(InvalidPolicy) {
        for (index, pattern) in patterns.enumerated() {
            guard let wrong = wrongSign(pattern) else { continue }
            let hint = wrong == "," || wrong == " " ? "; repeat the flag for several patterns" : ""
            throw InvalidPolicy(
                field: "\(field)[\(index)]",
                "the pattern \"\(pattern.text)\" matches nothing: no \(noun) has \"\(wrong)\"\(hint)")
        }
    }
}
