// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// The process's environment.
enum Environment {
    /// The value of a variable; nil when it is not set or empty.
    static func value(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    static var currentFolder: FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&buffer, buffer.count) != nil else { return "." }
        return FilePath(
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}

/// Where stet keeps things.
///
/// Source: XDG Base Directory Specification.
enum UserFolder {
    /// Images and the embedded registry.
    static var data: FilePath { get throws { try folder("XDG_DATA_HOME", ".local/share") } }
    /// Records of runs.
    static var state: FilePath { get throws { try folder("XDG_STATE_HOME", ".local/state") } }

    /// The store of images that were built or pulled: an OCI image layout.
    static var imageStore: FilePath { get throws { try data.appending("store") } }
    static var embeddedRegistry: FilePath { get throws { try data.appending("embedded") } }
    static var servedRegistry: FilePath { get throws { try data.appending("registry") } }
    static var runs: FilePath { get throws { try state.appending("runs") } }

    /// What aliases of task files stand for on this machine, and for this user: later ones count.
    static var aliasFiles: [FilePath] {
        let own = try? folder("XDG_CONFIG_HOME", ".config")
        return ([FilePath("/etc/stet"), own].compactMap(\.self)).map { $0.appending("aliases.yaml") }
    }

    /// - Throws: When neither the variable nor `HOME` says where.
    private static func folder(_ variable: String, _ fallback: String) throws -> FilePath {
        // A relative path in one of these variables is to be ignored.
        if let path = Environment.value(variable).map({ FilePath($0) }), path.isAbsolute {
            return path.appending("stet")
        }
        guard let home = Environment.value("HOME") else {
            throw CommandFailure(
                "there is no place for stet's files: set HOME or \(variable)", exitCode: CommandFailure.usage)
        }
        return FilePath(home).pushing(FilePath(fallback)).appending("stet")
    }
}
