// SPDX-License-Identifier: Apache-2.0

/// What somebody may do with a repository; each right includes those before it.
package enum Right: String, CaseIterable, Comparable, Sendable {
    case pull
    case push
    case delete

    package static func < (a: Right, b: Right) -> Bool {
        switch (a, b) {
        case (.pull, .push), (.pull, .delete), (.push, .delete): true
        default: false
        }
    }
}
