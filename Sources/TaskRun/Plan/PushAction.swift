// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SourceText
package import TaskFile

/// The images that a step publishes, one after the other.
package struct PushAction: Hashable, Sendable {
    /// No two alike; each has a tag or a digest.
    package let images: [Reference]

    init(_ images: [Reference]) {
        self.images = images
    }

    /// Reads the names of a `push` step: a name without tag and digest means `latest`, a repeated one counts
    /// once.
    package init(_ names: [Located<String>]) throws(Diagnostic) {
        var images: [Reference] = []
        for name in names {
            let image: Reference
            do {
                image = try Reference(name.value)
            } catch {
                throw Diagnostic(at: name.location, "\(error)")
            }
            if !images.contains(image) { images.append(image) }
        }
        self.images = images
    }
}
