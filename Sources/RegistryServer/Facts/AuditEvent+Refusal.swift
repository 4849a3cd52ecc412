// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec

extension AuditEvent {
    /// A refused change; `sent` is what should have replaced the standing digest.
    init(_ action: Action, of refusal: Refusal, sent: Digest? = nil) {
        self.init(action)
        repository = refusal.name.repository
        tag = refusal.name.tag
        digest = sent
        standing = refusal.digest
        policy = refusal.policy.description
    }
}
