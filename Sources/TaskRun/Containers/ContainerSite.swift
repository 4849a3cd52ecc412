// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import OCISpec
package import RegistryClient
package import SystemPackage
package import TaskFile

/// Everything that containers of a run are made of.
package struct ContainerSite: Sendable {
    /// For unpacked images; nothing is made there before the first container.
    let rootFolder: FilePath
    package let store: ImageLayout
    package let registries: RegistryConnector
    package let folder: RunFolder
    package var credentials: RunCredentials
    /// Those whose credentials the home of steps gets.
    package var knownRegistries: Set<String> = []
    package var platform = Platform.host
    /// Declared under `volumes`, by name.
    package var volumes: [String: TaskVolume] = [:]
    /// Declared under `networks`.
    package var networks: [TaskNetwork] = []
    /// What the containers of the run are called.
    package var containerNames: [String] = []

    package init(
        rootFolder: FilePath, store: ImageLayout, registries: RegistryConnector, folder: RunFolder,
        credentials: RunCredentials
    ) {
        self.rootFolder = rootFolder
        self.store = store
        self.registries = registries
        self.folder = folder
        self.credentials = credentials
    }
}
