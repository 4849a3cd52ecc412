// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// In one clause: `step 2, push b to v1 with docker-schema2: it must be refused, and …`.
    package var clause: String {
        guard let step else { return message }
        return "step \(step)\(action.map { ", \($0)" } ?? ""): \(message)"
    }
}
