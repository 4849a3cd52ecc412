// SPDX-License-Identifier: Apache-2.0

/// Who may do what, as one file of users says it.
package struct Users: Sendable {
    private let byName: [String: User]
    /// In the order of the file.
    package let all: [User]
    /// What may be done without a password.
    package let anonymous: [Grant]

    /// Of several users of one name, the first counts.
    init(_ users: [User], anonymous: [Grant]) {
        all = users
        byName = Dictionary(users.map { ($0.name, $0) }) { first, _ in first }
        self.anonymous = anonymous
    }

    package subscript(_ name: String) -> User? { byName[name] }
}
