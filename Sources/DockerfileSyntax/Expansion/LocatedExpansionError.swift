// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// An expansion that failed, with the place of the word.
package struct LocatedExpansionError: Error, Hashable, Sendable {
    package let location: SourceLocation
    package let message: String
    package var hint: String?

    package init(location: SourceLocation, message: String, hint: String? = nil) {
        self.location = location
        self.message = message
        self.hint = hint
    }
}

extension Expander {
    package func expand(_ word: Word) throws(LocatedExpansionError) -> String {
        do {
            return try expand(word.text)
        } catch {
            throw LocatedExpansionError(location: word.location, message: error.message)
        }
    }

    package func expandWords(_ word: Word) throws(LocatedExpansionError) -> [String] {
        do {
            return try expandWords(word.text)
        } catch {
            throw LocatedExpansionError(location: word.location, message: error.message)
        }
    }
}
