// SPDX-License-Identifier: Apache-2.0

/// Which registry's way of setting policies is spoken.
package enum SetupKind: String, CaseIterable, Sendable {
    /// The operator has prepared the registry.
    case none
    case stet, harbor, ecr, quay
    /// Azure Container Registry: each tag is locked after its push.
    case acr
    /// Huawei SWR Enterprise.
    case swr
    /// Google Artifact Registry.
    case gar
    case gitlab
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
        case .acr: try ACRSetup(settings)
        case .swr: try SWRSetup(settings)
        case .gar: try GARSetup(settings)
        case .gitlab: try GitLabSetup(settings)
        case .exec: try ExecSetup(settings)
        }
    }

    /// Hosts of its API that are spoken to without TLS: they are inside the caller's own machine.
    ///
    /// `variable` looks up a variable of the environment.
    package func plainHosts(_ variable: (String) -> String?) -> Set<String> {
        self == .gar ? [variable("GCE_METADATA_HOST") ?? GoogleTokens.metadataHost] : []
    }
}
