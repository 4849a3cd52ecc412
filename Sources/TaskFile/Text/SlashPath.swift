// SPDX-License-Identifier: Apache-2.0

/// Slash-separated paths as texts.
enum SlashPath {
    /// The shortest spelling: no `.`, no `..` that a name stands in front of, no doubled slashes; `.` for
    /// nothing.
    ///
    /// `..` at the root stays there.
    static func clean(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            guard part == ".." else {
                parts.append(part)
                continue
            }
            if let last = parts.last, last != ".." {
                parts.removeLast()
            } else if !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }

    /// `path` as seen from the absolute folder `root`.
    static func join(_ root: String, _ path: String) -> String {
        clean(path.hasPrefix("/") ? path : "\(root)/\(path)")
    }
}
