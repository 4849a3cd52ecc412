// SPDX-License-Identifier: Apache-2.0

/// What only the operator of a registry can do to it.
package enum RegistryHook: String, CaseIterable, Codable, Sendable {
    /// Stops the registry in good order, and starts it again.
    case restart
    /// Ends the registry without a warning, and starts it again.
    case kill
    /// Makes the registry's storage refuse every write.
    case readOnly = "read-only"
    /// Makes the registry's storage writable again.
    case writable
    /// Takes all the space of the registry's storage that is left.
    case fullDisk = "full-disk"
    /// Gives that space back.
    case freeDisk = "free-disk"

    /// For people: `fill the registry's disk`.
    var deed: String {
        switch self {
        case .restart: "restart the registry"
        case .kill: "kill the registry"
        case .readOnly: "make the registry's storage read-only"
        case .writable: "make the registry's storage writable"
        case .fullDisk: "fill the registry's disk"
        case .freeDisk: "free the registry's disk"
        }
    }

    /// True for what puts right what another has done.
    var isCure: Bool { self == .writable || self == .freeDisk }

    /// What puts right what this leaves behind; nil for what leaves nothing.
    var cure: RegistryHook? {
        switch self {
        case .readOnly: .writable
        case .fullDisk: .freeDisk
        case .restart, .kill, .writable, .freeDisk: nil
        }
    }
}

/// Does to a registry what only its operator can.
package protocol RegistryHooks: Sendable {
    func offers(_ hook: RegistryHook) -> Bool

    /// - Returns: When the registry answers again, at the address that it had; or that this cannot be done here,
    ///   which skips the case.
    /// - Throws: When it could not be done; the case is then inconclusive.
    func perform(_ hook: RegistryHook) async throws(SetupError) -> HookOutcome
}

/// What became of a hook.
package enum HookOutcome: Sendable {
    case done
    /// The operator has no way to do this; nothing was changed.
    case notOffered
}
