// SPDX-License-Identifier: Apache-2.0

/// Path names without `.`, `..`, doubled and final slashes.
package enum CleanPath {
    /// The components of `path` below a root: `..` at the top stays at the top.
    package static func components(_ path: String) -> [String] {
        var components: [String] = []
        for component in split(path) where component != "." {
            if component == ".." {
                _ = components.popLast()
            } else {
                components.append(String(component))
            }
        }
        return components
    }

    /// `path` from `/`, where a relative one begins in `folder`.
    package static func absolute(_ path: String, in folder: String = "/") -> String {
        "/" + components(isAbsolute(path) ? path : folder + "/" + path).joined(separator: "/")
    }

    /// `path` without a leading slash; `.` for the root.
    ///
    /// A `..` that leads out of a relative path stays, and so matches nothing.
    package static func relative(_ path: String) -> String {
        var components: [Substring] = []
        for component in split(path) where component != "." {
            if component == "..", let last = components.last, last != ".." {
                components.removeLast()
            } else if component != ".." || !isAbsolute(path) {
                components.append(component)
            }
        }
        return components.isEmpty ? "." : components.joined(separator: "/")
    }

    /// As a `Character`, a slash would be one with an accent behind it.
    private static func split(_ path: String) -> [Substring] {
        path.unicodeScalars.split(separator: "/").map { Substring($0) }
    }

    private static func isAbsolute(_ path: String) -> Bool { path.unicodeScalars.first == "/" }
}
