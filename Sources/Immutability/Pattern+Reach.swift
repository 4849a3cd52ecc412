// SPDX-License-Identifier: Apache-2.0

/// What keeps a pattern from matching any name.
extension Pattern {
    private static let commonSigns = "abcdefghijklmnopqrstuvwxyz0123456789._-"
    private static let repositorySigns = Set((commonSigns + "/").unicodeScalars)
    private static let tagSigns = Set((commonSigns + "ABCDEFGHIJKLMNOPQRSTUVWXYZ").unicodeScalars)

    /// The first sign of the pattern that no repository name has; nil when there is none.
    package var impossibleInRepositoryName: Unicode.Scalar? {
        literals.first { !Pattern.repositorySigns.contains($0) }
    }

    /// The first sign of the pattern that no tag has; nil when there is none.
    var impossibleInTag: Unicode.Scalar? { literals.first { !Pattern.tagSigns.contains($0) } }
}
