// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A key that a mapping has more than once.
package struct RepeatedKey: Hashable, Sendable {
    package let name: String
    /// Where the key stands whose value is lost.
    package let lost: SourceLocation
    /// Where it stands for the last time: the one that counts.
    package let kept: SourceLocation
}
