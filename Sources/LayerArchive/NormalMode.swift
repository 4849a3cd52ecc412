// SPDX-License-Identifier: Apache-2.0

/// The permissions that a file of this machine gets in a layer.
///
/// Those of the owner, group and others depend on the umask of whoever made the file, so a layer has 0755 for
/// folders and for files that somebody can execute, and 0644 for the others. Set-user-id, set-group-id and the
/// sticky bit are nobody's umask: they stay.
///
/// Source: docs/decisions/0006-file-modes.md.
package enum NormalMode {
    /// Drops the bits of `mode` that say what kind of file it is.
    package static func of(_ mode: UInt32, isFolder: Bool) -> UInt32 {
        let isExecutable = mode & 0o111 != 0
        return mode & 0o7000 | (isFolder || isExecutable ? 0o755 : 0o644)
    }
}
