// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// A place in a `registries.conf` that is wrong, or has no effect.
package struct RegistriesConfError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: FilePath
    /// `registry[0].location`, or `line 3, column 5` where it is not TOML at all; nil for the whole file.
    package let place: String?
    /// One lower-case clause.
    package let reason: String

    init(_ file: FilePath, _ place: String?, _ reason: String) {
        self.file = file
        self.place = place
        self.reason = reason
    }

    package var description: String {
        ([file.string] + [place].compactMap(\.self) + [reason]).joined(separator: ": ")
    }
}
