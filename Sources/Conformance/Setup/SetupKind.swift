// SPDX-License-Identifier: Apache-2.0

package import RegistryTransport

/// Which registry's way of setting policies is spoken.
package enum SetupKind: String, CaseIterable, Sendable {
    /// The operator has prepared the registry.
    case none
    case stet, harbor, ecr, quay
    /// A program of the operator's.
    case exec

    /// - Returns: nil for `none`.
    /// - Throws: When a setting is missing; the error says which.
    package func adapter(_ settings: SetupSettings) throws(SetupError) -> (any RegistrySetup)? {
        switch self {
        case .none: nil
        case .stet: try StetSetup(settings)
        case .harbor: try HarborSetup(settings)
        case .ecr: try ECRSetup(settings)
        case .quay: try QuaySetup(settings)
        case .exec: try ExecSetup(settings)
        }
    }
}

/// What the adapters need to reach a registry as its operator.
package struct SetupSettings: Sendable {
    package let registry: HTTPURL
    /// Adds no credentials.
    package let transport: any HTTPTransport
    /// The variables of the environment, where operators keep their secrets; nil for one that is not set.
    package var variable: @Sendable (String) -> String? = { _ in nil }
    /// Now, as `20150830T123600Z`.
    package var timestamp: @Sendable () -> String = { "" }
    /// Runs the program of `exec`.
    package var programs: (any ClientPrograms)?

    package init(_ registry: HTTPURL, over transport: any HTTPTransport) {
        self.registry = registry
        self.transport = transport
    }

    func required(_ name: String, _ what: String) throws(SetupError) -> String {
        guard let value = variable(name), !value.isEmpty else {
            throw SetupError("$\(name) is not set: \(what)")
        }
        return value
    }
}
