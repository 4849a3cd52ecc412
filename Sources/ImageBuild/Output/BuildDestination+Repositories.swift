// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// Images that are known by their digest alone.
///
/// Source: BuildKit, `push-by-digest` and `name-canonical` of the image exporter.
extension BuildDestination {
    /// Gives the names of `-t` to those that are known by their digest and have none of their own.
    ///
    /// - Returns: What is left as names of the image: nothing when somebody has taken them, for they are no tags.
    /// - Throws: For one that has no repository then, and for names that do not go with a push by digest.
    package static func takeRepositories(
        from names: [String], for destinations: inout [BuildDestination]
    ) throws(InvalidValue) -> [String] {
        var isTaken = false
        for index in destinations.indices where destinations[index].isByDigest {
            guard destinations[index].repositories.isEmpty else { continue }
            guard !names.isEmpty else {
                throw InvalidValue(
                    "output", "push-by-digest=true", "it needs a repository: name=REGISTRY/REPOSITORY")
            }
            for name in names { destinations[index].repositories.append(try parseRepository(name)) }
            isTaken = true
        }
        return isTaken ? [] : names
    }

    /// Reads the name of a repository.
    ///
    /// - Throws: For a name with a tag, which such a push does not make, or with a digest.
    static func parseRepository(_ text: String) throws(InvalidValue) -> Reference {
        let name = try BuildRequest.parseTag(text)
        guard !(text.split(separator: "/").last ?? "").contains(":") else {
            throw InvalidValue(
                "repository", text, "push-by-digest gives an image no tag; write REGISTRY/REPOSITORY alone")
        }
        return Reference(registry: name.registry, repository: name.repository)
    }
}
