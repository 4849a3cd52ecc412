// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import SystemPackage

/// Paths through open files, `/proc/self/fd/7/etc`, which mean nothing to anybody else: messages have the path inside
/// the root that the file is.
extension FilePath {
    /// `/etc` for a path through an open root; any other path as it is.
    package var shownInRoot: FilePath {
        let components = Array(self.components)
        guard isAbsolute, components.count >= 4, components[0] == "proc",
            ["self", "thread-self"].contains(components[1].string), components[2] == "fd"
        else { return self }
        return FilePath(root: "/", components[4...])
    }
}

extension FileError {
    /// The same error, of a path that a person knows.
    var shownInRoot: FileError { FileError(operation, path.shownInRoot, errno) }
}

extension String {
    /// The words of a runtime without its paths through open files.
    ///
    /// Source: runc, which writes `(via /proc/self/fd/6)` and `, dstFd=/proc/thread-self/fd/8` beside the path that is
    /// meant.
    package var withoutDescriptors: String {
        var text = self
        for folder in ["/proc/self/fd/", "/proc/thread-self/fd/"] {
            while let start = text.firstRange(of: folder) {
                let end = text[start.upperBound...].firstIndex { !$0.isNumber } ?? text.endIndex
                var whole = start.lowerBound..<end
                for (before, after) in [(" (via ", ")"), (", dstFd=", ""), (" dstFd=", "")]
                where text[..<whole.lowerBound].hasSuffix(before)
                    && text[whole.upperBound...].hasPrefix(after)
                {
                    whole =
                        text.index(
                            whole.lowerBound, offsetBy: -before.count)..<text.index(
                            whole.upperBound, offsetBy: after.count)
                    break
                }
                text.removeSubrange(whole)
            }
        }
        return text
    }
}
