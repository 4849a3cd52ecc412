// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Reads a tag again and again, by HEAD and by GET in turn, while others write it, until its task is cancelled.
struct TagReader: Sendable {
    let tag: Tag
    let repository: RepositoryName
    /// Asked in turn.
    let fronts: [Wire]

    /// Enough for any race; a bound on what is sent.
    private static let limit = 500

    func watch() async -> TagSightings {
        // So many reads would leave no room for anything else.
        let transcript = Transcript()
        let route = RegistryRoute.manifest(repository, .tag(tag))
        var sightings = TagSightings()
        for look in 0..<TagReader.limit where !Task.isCancelled {
            await Task.yield()
            var wire = fronts[look / 2 % fronts.count]
            wire.transcript = transcript
            let method = look % 2 == 0 ? HTTPRequest.Method.head : .get
            guard let glance = try? await wire.glance(method, at: route) else { continue }
            sightings.note(glance.digest, glance.answer)
        }
        return sightings
    }
}
