// SPDX-License-Identifier: Apache-2.0

import RegistryClient

extension ImageLocation {
    /// Where to read an image from that a person named by `text`: a bare name may be an alias, or be in one of the
    /// search registries of `registries.conf`.
    ///
    /// `docker://NAME` is taken at its word.
    func found(as text: String, over connector: RegistryConnector) async throws -> ImageLocation {
        guard case .registry = self, !text.hasPrefix("docker://") else { return self }
        return .registry(try await connector.find(text))
    }
}
