// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Immutability
import OCISpec

/// The fields of a policy as flags; those that are not given stay as they are.
struct PolicyFields: ParsableArguments {
    @Option(help: ArgumentHelp("Which repositories inside the scope.", valueName: "pattern")) var images:
        [String] = []
    @Option(help: ArgumentHelp("Which tags; all unless given.", valueName: "pattern")) var tags: [String] = []
    @Option(
        name: .customLong("except-tags"), help: ArgumentHelp("Tags that stay mutable.", valueName: "pattern"))
    var exceptTags: [String] = []
    @Option(
        name: .customLong("identical-push"),
        help: """
            May the same image be pushed again under its tag? deny: no second push, as write-once says; allow: \
            for clients that push again after an answer got lost.
            """)
    var identicalPush: Policy.Rule?
    @Option(help: "May protected tags be deleted?") var deletion: Policy.Rule?
    @Option(help: "May the name of a deleted tag be used again?") var reuse: Policy.Rule?

    /// As members of the admin API's document.
    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for (name, patterns) in [("images", images), ("tags", tags), ("exceptTags", exceptTags)]
        where !patterns.isEmpty {
            members[name] = .array(patterns.map { .string($0) })
        }
        for (name, rule) in [("identicalPush", identicalPush), ("deletion", deletion), ("reuse", reuse)] {
            if let rule { members[name] = .string(rule.rawValue) }
        }
        return members
    }
}

extension Policy.Rule: ExpressibleByArgument {}
