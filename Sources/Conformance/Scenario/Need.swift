// SPDX-License-Identifier: Apache-2.0

/// What a scenario needs besides repositories; it is skipped without.
enum Need: Hashable, Sendable {
    /// Another address that leads to the same repositories.
    case secondAddress
    case hook(RegistryHook)

    static let words = ["second-address"] + RegistryHook.allCases.map(\.rawValue)

    init?(_ word: String) {
        if word == "second-address" {
            self = .secondAddress
        } else if let hook = RegistryHook(rawValue: word) {
            self = .hook(hook)
        } else {
            return nil
        }
    }

    var word: String {
        switch self {
        case .secondAddress: "second-address"
        case .hook(let hook): hook.rawValue
        }
    }
}
