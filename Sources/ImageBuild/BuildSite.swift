// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import RegistryClient
package import RegistryTransport

/// Where builds are done, and with what.
package struct BuildSite: Sendable {
    package var store: ImageLayout
    package var bases: any BaseImages
    /// nil remembers nothing between builds.
    package var cache: BuildCache?
    /// Where `RUN` runs; nil refuses it.
    package var commands: CommandRoom?
    /// For caches in registries; nil refuses them.
    package var registries: RegistryConnector?
    /// For `ADD` of URLs; nil refuses them.
    package var http: (any HTTPTransport)?

    package init(store: ImageLayout, bases: any BaseImages) {
        self.store = store
        self.bases = bases
    }
}
