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
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789._-"
        try Policy.check(images, "images", "repository name", letters + "/")
        try Policy.check(tags, "tags", "tag", letters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        try Policy.check(exceptTags, "exceptTags", "tag", letters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
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
        _ patterns: [Pattern], _ field: String, _ noun: String, _ allowed: String
    ) throws(InvalidPolicy) {
        for (index, pattern) in patterns.enumerated() {
            guard let wrong = pattern.literals.first(where: { !allowed.unicodeScalars.contains($0) }) else {
                continue
            }
            let hint = wrong == "," || wrong == " " ? "; repeat the flag for several patterns" : ""
            throw InvalidPolicy(
                field: "\(field)[\(index)]",
                "the pattern \"\(pattern.text)\" matches nothing: no \(noun) has \"\(wrong)\"\(hint)")
        }
    }
}
