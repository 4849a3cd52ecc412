// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// In one clause: `step 2, push b to v1 with docker-schema2: it must be refused, and …`.
    package var clause: String {
        let place = step.map { "step \($0)\(action.map { ", \($0)" } ?? ""): " } ?? ""
        return ForeignText.shown(place + message)
    }
}
