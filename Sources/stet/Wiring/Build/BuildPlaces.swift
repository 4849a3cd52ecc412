// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import OCISpec
import RegistryClient
import SystemPackage

/// Where builds of this user keep things, and what they reach.
enum BuildPlaces {
    static var cache: BuildCache { get throws { BuildCache(try UserFolder.data.appending("build-cache")) } }

    static var commands: CommandRoom {
        get throws {
            CommandRoom(
                roots: try UserFolder.data.appending("rootfs"), cacheMounts: try cache.mounts)
        }
    }

    /// What a collection of the store leaves for the build cache to be worth something.
    static func cachedLayers() async throws -> [Descriptor] {
        let cache = try cache
        return try await BlockingThread.run { cache.layers() }
    }

    static func site(
        over connection: ConnectionOptions, _ registries: RegistryConnector, pulls: Bool
    ) throws -> BuildSite {
        let store = try ImageLayout(creating: UserFolder.imageStore)
        let bases = StoredBaseImages(store: store, registries: registries, asksRegistryFirst: pulls)
        var site = BuildSite(store: store, bases: bases)
        site.cache = try cache
        site.commands = try commands
        site.registries = registries
        site.http = try connection.transport()
        return site
    }
}
