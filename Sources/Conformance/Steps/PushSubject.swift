// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// Which image goes where, and in which flow: what every step that pushes has in common.
struct PushSubject: Sendable {
    static let keys = ["image", "with", "form", "as", "in"]

    private let name: String
    let flow: FlowReference
    /// The flow whose form the image has: the same bytes by another way.
    private let formFlow: FlowReference
    /// Takes the place of every flow's own form.
    private let form: ImageForm?
    let place: Place

    init(_ fields: Fields, _ names: Names, defaultImage: String? = nil) throws(Diagnostic) {
        name =
            if let defaultImage, fields["image"] == nil {
                defaultImage
            } else {
                try fields.required("image").imageName(allowsFresh: true)
            }
        let flow = try fields["with"].map { value throws(Diagnostic) in try names.flow(value) }
        self.flow = flow ?? .fixed(.ociMonolithic)
        formFlow = try fields["form"].map { value throws(Diagnostic) in try names.flow(value) } ?? self.flow
        form = try fields["as"]?.word("form of an image")
        place = try fields.place()
    }

    func pusher(in run: CaseRun) -> any Pusher { run.flow(flow).pusher }

    func repository(in run: CaseRun) -> RepositoryName { run.repository(of: place) }

    /// The image, as this step sends it.
    func image(in run: inout CaseRun) -> TestImage {
        let name = name == Place.freshImage ? run.freshName() : name
        let image = run.image(name, form: form(in: run), in: place)
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
        sizes.push(form(in: run), with: run.flow(flow))
    }

    /// For people: `a as docker-schema1`.
    var clause: String { name + (form.map { " as \($0.rawValue)" } ?? "") }
}
