// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import SystemPackage

extension RegistriesConf {
    /// The files of this machine, later ones overriding earlier ones.
    ///
    /// `$CONTAINERS_REGISTRIES_CONF` stands alone. Else the user's `~/.config/containers/registries.conf`, or the
    /// system's file where the user has none, followed by the `*.conf` files beside it in `registries.conf.d`, and
    /// by the user's ones. `system` is the system's folder.
    ///
    /// - Throws: For the first file that cannot be understood.
    ///
    /// Source: containers-registries.conf(5), "FILES"; containers-registries.conf.d(5).
    package static func load(
        environment: (_ name: String) -> String?, system: FilePath = "/etc/containers"
    ) throws(RegistriesConfError) -> RegistriesConf {
        func value(_ name: String) -> FilePath? {
            environment(name).flatMap { $0.isEmpty ? nil : FilePath($0) }
        }
        var configuration = RegistriesConf()
        if let only = value("CONTAINERS_REGISTRIES_CONF") {
            guard let text = try text(only) else {
                throw RegistriesConfError(only, nil, "there is no such file (CONTAINERS_REGISTRIES_CONF)")
            }
            configuration.merge(try RegistriesConfReader.read(text, file: only))
            return configuration
        }
        let settings = value("XDG_CONFIG_HOME") ?? value("HOME")?.appending(".config")
        let user = settings?.appending("containers")
        let hasOwn = user.map { WholeFile.size($0.appending(fileName)) != nil } ?? false
        let folders = [hasOwn ? nil : system, user].compactMap(\.self)
        var files = folders.prefix(1).map { $0.appending(fileName) }
        for folder in folders { files += try dropIns(folder) }
        for file in files {
            guard let text = try text(file) else { continue }
            configuration.merge(try RegistriesConfReader.read(text, file: file))
        }
        return configuration
    }

    private static let fileName = "registries.conf"

    private static func dropIns(_ folder: FilePath) throws(RegistriesConfError) -> [FilePath] {
        let folder = folder.appending("registries.conf.d")
        do {
            return try Folder.names(in: folder).filter { $0.hasSuffix(".conf") }.map { folder.appending($0) }
        } catch {
            guard [.noSuchFileOrDirectory, .notDirectory].contains(error.errno) else {
                throw RegistriesConfError(folder, nil, "\(error.errno)")
            }
            return []
        }
    }

    /// A file's content; nil when there is none.
    private static func text(_ file: FilePath) throws(RegistriesConfError) -> String? {
        do {
            return String(decoding: try WholeFile.read(file, limitBytes: 1 << 20), as: UTF8.self)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else {
                throw RegistriesConfError(file, nil, "\(error.errno)")
            }
            return nil
        }
    }

    /// Reads one text, for those who have it already.
    package init(_ text: String, file: FilePath) throws(RegistriesConfError) {
        merge(try RegistriesConfReader.read(text, file: file))
    }

    /// Lays a later file over what is known: whole tables by prefix, aliases by name, the search list as one.
    mutating func merge(_ later: RegistriesConfReader.Content) {
        let prefixes = Set(later.rules.map(\.prefix))
        rules.removeAll { prefixes.contains($0.prefix) }
        rules += later.rules
        for (name, reference) in later.aliases { aliases[name] = reference }
        searchRegistries = later.searchRegistries ?? searchRegistries
        shortNameMode = later.shortNameMode ?? shortNameMode
        warnings += later.warnings
    }
}
