// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A piece of an instruction as it was written: quotes and variables still in it.
package struct Word: Hashable, Sendable {
    package let text: String
    package let location: SourceLocation

    package init(_ text: String, at location: SourceLocation) {
        self.text = text
        self.location = location
    }
}
