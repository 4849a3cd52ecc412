// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The credentials of this machine's user, in files and with credential helpers.
///
/// A registry's helper is asked before the file that names it is read.
package struct CredentialStore: Sendable {
    private let places: CredentialPlaces
    private let limits: ProgramLimits

    /// A store over the files of a machine; helpers are run within `limits`.
    package init(_ places: CredentialPlaces, _ limits: ProgramLimits) {
        self.places = places
        self.limits = limits
    }

    /// The credentials of the first place that has any; nil when none has.
    ///
    /// - Throws: ``CredentialError`` when a file cannot be read or a helper fails: going on without credentials
    ///   would end in a denial that nobody understands.
    package func credentials(for target: CredentialTarget) async throws -> Credentials? {
        for file in places.files {
            if let helper = try helper(in: file.load(), for: target.registry) {
                for server in CredentialStore.servers(target.registry) {
                    if let found = try await helper.get(server) { return found }
                }
            }
            if let found = try file.credentials(for: target) { return found }
        }
        return nil
    }

    /// Keeps the credentials of a registry where it has some already, else in the preferred place.
    ///
    /// - Returns: The place; nothing of them is left in the file when a helper has them.
    package func store(_ credentials: Credentials, for registry: String) async throws -> CredentialPlace {
        let registry = CredentialTarget(registry: registry).registry
        let file = try file(for: registry)
        var document = try file.load()
        if let helper = try helper(in: document, for: registry) {
            try await helper.store(credentials, for: file.key(for: registry))
            if document.remove(registry) { try file.save(document) }
            return .helper(program: helper.program)
        }
        document.set(credentials, for: registry, key: file.key(for: registry))
        try file.save(document)
        return .file(file.path)
    }

    /// Forgets the credentials of a registry and of its repositories, wherever they are.
    ///
    /// - Returns: The places that had some; empty when nobody was logged in.
    package func erase(_ registry: String) async throws -> [CredentialPlace] {
        let registry = CredentialTarget(registry: registry).registry
        var erased: [CredentialPlace] = []
        for file in places.files {
            var document = try file.load()
            if let helper = try helper(in: document, for: registry) {
                for server in CredentialStore.servers(registry) where try await helper.get(server) != nil {
                    try await helper.erase(server)
                    erased.append(.helper(program: helper.program))
                }
            }
            if document.remove(registry, repositories: true) {
                try file.save(document)
                erased.append(.file(file.path))
            }
        }
        return erased
    }

    /// The registries that there are credentials for, sorted; those of single repositories are named in full.
    package func registries() async throws -> [String] {
        var all: Set<String> = []
        for file in places.files {
            let document = try file.load()
            all.formUnion(document.registries)
            for name in document.helpers.sorted() {
                let servers = try await CredentialHelper(name, limits).list().keys
                all.formUnion(servers.map(CredentialTarget.normal))
            }
        }
        return all.sorted()
    }

    private func helper(
        in document: CredentialDocument, for registry: String
    ) throws(CredentialError) -> CredentialHelper? {
        guard let name = document.helper(for: registry) else { return nil }
        return try CredentialHelper(name, limits)
    }

    /// The first file that answers for a registry: what is stored in a later one would never be found.
    private func file(for registry: String) throws(CredentialError) -> CredentialFile {
        for file in places.files {
            let document = try file.load()
            if document.helper(for: registry) != nil || document.registries.contains(registry) { return file }
        }
        return places.preferred
    }

    /// The spellings under which helpers may know a registry.
    private static func servers(_ registry: String) -> [String] {
        registry == Reference.dockerHub ? [CredentialFile.dockerHubKey, registry] : [registry]
    }
}
