// SPDX-License-Identifier: Apache-2.0

import Immutability

extension TextTable {
    init(policies: [Policy]) {
        self.init(["SCOPE", "STATE", "IMAGES", "TAGS", "EXCEPT", "IDENTICAL PUSH", "DELETION", "REUSE"])
        for policy in policies {
            add([
                "\(policy.scope)", policy.enabled ? "enabled" : "disabled", TextTable.list(policy.images),
                TextTable.list(policy.tags), TextTable.list(policy.exceptTags),
                policy.identicalPush.rawValue, policy.deletion.rawValue, policy.reuse.rawValue,
            ])
        }
    }

    private static func list(_ patterns: [Pattern]) -> String {
        patterns.isEmpty ? "-" : patterns.map(\.text).joined(separator: ",")
    }
}
