// SPDX-License-Identifier: Apache-2.0

package import OCISpec

extension RegistriesConf {
    /// The references that a name as people write it may stand for, in the order in which to try them.
    ///
    /// A name without a registry is an alias, or is in one of the search registries; where nothing is configured
    /// it is on Docker Hub, as docker has it.
    ///
    /// Source: containers-registries.conf(5), "SHORT-NAME ALIASING".
    package func qualify(_ text: String) throws(InvalidValue) -> [Reference] {
        let usual = try Reference(text)
        guard usual.registry == Reference.dockerHub, !RegistriesConf.namesDockerHub(text) else {
            return [usual]
        }
        let name = RegistriesConf.nameWithoutTag(text)
        if var aliased = aliases[name] {
            (aliased.tag, aliased.digest) = (usual.tag, usual.digest)
            return [aliased]
        }
        guard let searchRegistries, !searchRegistries.isEmpty else { return [usual] }
        var candidates: [Reference] = []
        for registry in searchRegistries { candidates.append(try Reference("\(registry)/\(text)")) }
        return candidates
    }

    private static func namesDockerHub(_ text: String) -> Bool {
        ["docker.io/", "index.docker.io/"].contains { text.hasPrefix($0) }
    }

    private static func nameWithoutTag(_ text: String) -> String {
        let name = text.prefix { $0 != "@" }
        let last = name.lastIndex(of: "/") ?? name.startIndex
        guard let colon = name[last...].lastIndex(of: ":") else { return String(name) }
        return String(name[..<colon])
    }
}
