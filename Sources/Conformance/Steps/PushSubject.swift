// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// Which image goes where, and in which flow: what every step that pushes has in common.
struct PushSubject: Sendable {
    static let keys = ["image", "with", "form", "as", "in", "padding", "subject"]

    private let name: String
    let flow: FlowReference
    /// The flow whose form the image has: the same bytes by another way.
    private let formFlow: FlowReference
    /// Takes the place of every flow's own form.
    private let form: ImageForm?
    /// So many bytes more in the manifest.
    private let padding: Int
    /// The image that the manifest names as its subject.
    private let referred: String?
    let place: Place

    init(_ fields: Fields, _ names: Names, defaultImage: String? = nil) throws(Diagnostic) {
        name =
            if let defaultImage, fields["image"] == nil {
                defaultImage
            } else {
                try fields.required("image").imageName(allowsFresh: true)
            }
        let flow = try fields["with"].map { value throws(Diagnostic) in try names.flow(value) }
        self.flow = flow ?? .usual
        formFlow = try fields["form"].map { value throws(Diagnostic) in try names.flow(value) } ?? self.flow
        form = try fields["as"]?.word("form of an image")
        padding =
            try fields["padding"].map { value throws(Diagnostic) in try Names.positive(value, "the padding") }
            ?? 0
        referred = try fields["subject"]?.imageName()
        place = try fields.place()
    }

    /// True when nothing about the manifest itself can be a reason to refuse it.
    var isPlain: Bool { padding == 0 && referred == nil }

    func pusher(in run: CaseRun) -> any Pusher { run.flow(flow).pusher }

    func repository(in run: CaseRun) -> RepositoryName { run.repository(of: place) }

    /// The image, as this step sends it.
    func image(in run: inout CaseRun) -> TestImage {
        let name = name == Place.freshImage ? run.freshName() : name
        var image = run.image(name, form: form(in: run), in: place)
        if padding > 0 { image = image.padded(padding) }
        if let referred {
            let other = run.accepted(referred, in: place) ?? run.image(referred, form: image.form, in: place)
            image = image.referring(to: other)
        }
        run.offer(image, in: place)
        return image
    }

    /// One of several, each another image.
    func image(suffix: String, in run: inout CaseRun) -> TestImage {
        let image = run.image("\(name)-\(suffix)", form: form(in: run), in: place)
        run.offer(image, in: place)
        return image
    }

    private func form(in run: CaseRun) -> ImageForm { form ?? run.flow(formFlow).pusher.form }

    /// What a push of it sends.
    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        sizes.push(form(in: run), with: run.flow(flow)) + TrafficEstimate(bytes: padding)
    }

    /// For people: `a as docker-schema1`.
    var clause: String {
        name + (form.map { " as \($0.rawValue)" } ?? "")
            + (padding > 0 ? " with \(padding) bytes more" : "")
            + (referred.map { " that refers to \($0)" } ?? "")
    }
}
