// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SourceText
import SystemPackage

/// An image that a Dockerfile names, or that `--build-context` puts behind a name.
///
/// Names are equal wherever they stand.
struct ImageName: Hashable, Sendable {
    enum Place: Hashable, Sendable {
        /// The reference that the text is when no short names are looked up.
        case registry(Reference)
        /// An image of an OCI layout on this machine; nil for the only one.
        case layout(FilePath, name: String?)
    }

    let place: Place
    /// As written.
    let text: String
    let location: SourceLocation

    static func == (first: ImageName, second: ImageName) -> Bool {
        first.place == second.place && first.text == second.text
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(place)
        hasher.combine(text)
    }

    /// For people.
    var familiar: String {
        switch place {
        case .registry(let reference): reference.familiar
        case .layout(let folder, let name): "oci:\(folder)" + (name.map { ":\($0)" } ?? "")
        }
    }
}
