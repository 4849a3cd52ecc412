// SPDX-License-Identifier: Apache-2.0

/// How a run names its repositories.
package enum NameStyle: String, CaseIterable, Sendable {
    /// `PREFIX/RUN/SCENARIO-CASE`, with others under it.
    case nested
    /// `PREFIX/RUN-SCENARIO-CASE`, with others beside it: for registries whose names have two parts.
    case flat

    /// Between a name and what is under it.
    var separator: String { self == .nested ? "/" : "-" }
}
