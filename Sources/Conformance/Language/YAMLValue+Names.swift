// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import SourceText

extension YAMLValue {
    func tag() throws(Diagnostic) -> Tag {
        let text = try string("a tag")
        do {
            return try Tag(text)
        } catch {
            throw Diagnostic(at: location, "\(error)")
        }
    }

    /// The name of a test image: `a`, `b`.
    func imageName() throws(Diagnostic) -> String {
        let text = try string("an image")
        let isWord = text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        guard !text.isEmpty, isWord, text != ImageExpectation.none else {
            throw Diagnostic(
                at: location, "an image's name must be lower-case letters and digits, not \"\(text)\"",
                hint: "scenarios call their images a, b, c")
        }
        return text
    }
}
