// SPDX-License-Identifier: Apache-2.0

extension TestImage {
    /// The same image with a manifest that is so many bytes longer, and means the same.
    ///
    /// In OCI's forms it is an annotation, in Docker's, which have none, blanks.
    func padded(_ count: Int) -> TestImage {
        guard form.hasAnnotations else { return adding(String(repeating: " ", count: count)) }
        return adding(#","annotations":{"stet.padding":"\#(String(repeating: "x", count: count))"}"#)
    }

    /// The same image with a manifest that names another as its subject.
    ///
    /// Source: image-spec 1.1, manifest.md, "subject".
    func referring(to subject: TestImage) -> TestImage {
        adding(#","subject":\#(ManifestText.descriptor(subject.manifest))"#)
    }

    /// Puts text before the brace that ends the manifest.
    private func adding(_ text: String) -> TestImage {
        let whole = String(decoding: manifest.bytes, as: UTF8.self)
        guard let end = whole.lastIndex(of: "}") else { return self }
        return TestImage(
            name: name, form: form, blobs: blobs, children: children,
            manifest: whole[..<end] + text + whole[end...])
    }
}
