// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Which audit events are wanted.
struct AuditFilter: Sendable {
    var limit = 100
    /// Only events with a smaller id: the page after the one that ended with it.
    var before: Int64?
    var repository: RepositoryName?
    var tag: Tag?
    var action: AuditEvent.Action?
}
