// SPDX-License-Identifier: Apache-2.0

/// Whether a level can be reached with the scenario violated.
package enum Severity: String, CaseIterable, Codable, Sendable {
    /// No.
    case must
    /// Yes, and the report says so.
    case should
}
