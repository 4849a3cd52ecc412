// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import SourceText

/// What a tag must show: one of some images, or nothing.
struct ImageExpectation: Sendable, CustomStringConvertible {
    /// Stands among images for a tag that does not exist.
    static let none = "none"

    let images: [String]
    let allowsAbsence: Bool

    /// Reads `absent`, `{image: a}` or `{image: [a, none]}`.
    init(_ value: YAMLValue) throws(Diagnostic) {
        if case .scalar(let text, _) = value.content {
            guard text == "absent" else {
                throw Diagnostic(
                    at: value.location, "unknown expectation \"\(text)\"", hint: "\"absent\", or {image: a}")
            }
            images = []
            allowsAbsence = true
            return
        }
        let list = try Fields(value, "an expectation", known: ["image"]).required("image")
        guard case .sequence(let items) = list.content else {
            images = [try list.imageName()]
            allowsAbsence = false
            return
        }
        var names: [String] = []
        for item in items where try item.string("an image") != ImageExpectation.none {
            names.append(try item.imageName())
        }
        images = names
        allowsAbsence = names.count < items.count
        if items.isEmpty { throw Diagnostic(at: list.location, "there must be at least one image") }
    }

    var description: String {
        let words = images.map { "image \($0)" } + (allowsAbsence ? ["nothing"] : [])
        return words.joined(separator: " or ")
    }

    /// True when `digest` is that of an allowed image as the registry first took it.
    func allows(_ digest: Digest, in run: CaseRun, _ place: Place) -> Bool {
        images.contains { run.accepted($0, in: place)?.manifest.digest == digest }
    }
}
