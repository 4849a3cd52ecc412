// SPDX-License-Identifier: Apache-2.0

/// The permissions that a file of this machine gets in a layer.
///
/// They are its own, but for the right of group and others to write: nobody gets a right in the image that he does not
/// have here, and a checkout under the umask 002 is the same as one under 022.
///
/// Source: docs/decisions/0006-file-modes.md.
package enum NormalMode {
    /// Drops the bits of `mode` that say what kind of file it is.
    package static func of(_ mode: UInt32) -> UInt32 { mode & 0o7755 }
}
