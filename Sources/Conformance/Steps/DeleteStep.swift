// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `delete: {tag: v1}` or `delete: {image: a}`: deletes a tag, or a manifest by its digest.
///
/// With `part: child` the first manifest of an index; with `part: layer` the first blob.
struct DeleteStep: StepAction {
    private enum Part: String, CaseIterable { case child, layer }

    private let target: Target
    private let part: Part?
    private let place: Place
    private let expect: AnswerExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "delete", known: ["tag", "image", "part", "in"])
        target = try Target(fields, source.value)
        part = try fields["part"]?.word("part of an image")
        if case .tag = target, let part = fields["part"] {
            throw Diagnostic(at: part.location, "\"part\" goes with \"image\"")
        }
        place = try fields.place()
        expect =
            try source.expect.map { value throws(Diagnostic) in
                try AnswerExpectation(value, allowing: AnswerExpectation.ofWrite)
            } ?? .accepted
    }

    func describe(in run: CaseRun) -> String {
        "delete \(part.map { "the first \($0.rawValue) of " } ?? "")\(target)\(place.clause)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        guard let route = route(in: run) else {
            return .violated("there is nothing to delete: the registry never took the \(target)", nil)
        }
        let exchange = try await run.wire.send(run.wire.request(.delete, route))
        if exchange.response.isSuccess { run.hasDeleted = true }
        if run.role == .writer, !expect.isAboutTheUser,
            let end = try await DeletionControl(exchange, expect).end(in: run)
        {
            return end
        }
        let push = AnsweredPush(
            answer: .manifest(exchange), repository: run.repository(of: place), tag: nil,
            place: place)
        return await expect.judge(push, in: run)
    }

    private func route(in run: CaseRun) -> RegistryRoute? {
        guard let part, case .image(let name) = target, let image = run.accepted(name, in: place) else {
            return run.route(target, in: place)
        }
        let repository = run.repository(of: place)
        switch part {
        case .child: return image.children.first.map { .manifest(repository, .digest($0.manifest.digest)) }
        case .layer: return image.allBlobs.first.map { .blob(repository, $0.digest) }
        }
    }
}
