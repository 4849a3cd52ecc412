// SPDX-License-Identifier: Apache-2.0

/// What a scenario needs besides repositories; it is skipped without.
enum Need: Hashable, Sendable {
    /// Another address that leads to the same repositories.
    case secondAddress
    case hook(RegistryHook)
    /// Somebody else than the writer.
    case user(Role)
    /// A way to ask for a change of policies as somebody who may not make it.
    case policyRights
    /// A way to ask what a policy would protect.
    case policyPreview

    static let words =
        ["second-address", "policy-rights", "policy-preview"] + RegistryHook.allCases.map(\.rawValue)
        + Role.allCases.filter { $0 != .writer }.map(\.rawValue)

    init?(_ word: String) {
        if word == "second-address" {
            self = .secondAddress
        } else if word == "policy-rights" {
            self = .policyRights
        } else if word == "policy-preview" {
            self = .policyPreview
        } else if let hook = RegistryHook(rawValue: word) {
            self = .hook(hook)
        } else if let role = Role(rawValue: word), role != .writer {
            self = .user(role)
        } else {
            return nil
        }
    }

    var word: String {
        switch self {
        case .secondAddress: "second-address"
        case .hook(let hook): hook.rawValue
        case .user(let role): role.rawValue
        case .policyRights: "policy-rights"
        case .policyPreview: "policy-preview"
        }
    }
}
