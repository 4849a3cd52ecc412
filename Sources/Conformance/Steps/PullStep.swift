// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `pull: {tag: v1}` or `pull: {image: a}`: fetches a manifest and all that it names, and compares every byte.
struct PullStep: StepAction {
    private let target: Target
    private let place: Place
    private let image: String

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "pull", known: ["tag", "image", "in"])
        target = try Target(fields, source.value)
        place = try fields.place()
        let expect = try source.requiredExpect("{image: a}")
        image = try Fields(expect, "an expectation", known: ["image"]).required("image").imageName()
    }

    func describe(in run: CaseRun) -> String { "pull \(target)\(place.clause)" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        guard let wanted = run.accepted(image, in: place), let route = run.route(target, in: place) else {
            return .violated("image \(image) must be there, and the registry never took it", nil)
        }
        let repository = run.repository(of: place)
        if let end = try await fault(of: wanted, at: route, "the manifest", in: run) { return end }
        for child in wanted.manifests.dropLast() {
            let route = RegistryRoute.manifest(repository, .digest(child.manifest.digest))
            if let end = try await fault(of: child, at: route, "a manifest of the index", in: run) {
                return end
            }
        }
        for blob in wanted.allBlobs {
            let exchange = try await run.wire.get(.blob(repository, blob.digest))
            if let end = PullStep.fault(of: exchange, "the blob \(blob.digest.short)", blob, in: run) {
                return end
            }
        }
        return .passed
    }

    private func fault(
        of wanted: TestImage, at route: RegistryRoute, _ noun: String, in run: CaseRun
    ) async throws(TransportError) -> StepEnd? {
        let exchange = try await run.wire.get(route, headers: Wire.manifestAccept)
        if let end = PullStep.fault(of: exchange, noun, wanted.manifest, in: run) { return end }
        let type = exchange.response.headers["Content-Type"] ?? "none"
        if (try? MediaType(type))?.rawValue == wanted.manifest.mediaType { return nil }
        return .violated("the type must be \(wanted.manifest.mediaType), and is \(type)", exchange)
    }

    private static func fault(
        of exchange: Exchange, _ noun: String, _ wanted: TestBlob, in run: CaseRun
    ) -> StepEnd? {
        if AnswerJudge.isNobodysFault(exchange.status) {
            return .inconclusive("the answer was \(exchange.summary)", exchange)
        }
        if let lack = run.context.rights.lack(in: exchange) { return .inconclusive(lack, exchange) }
        guard exchange.response.isSuccess else {
            return .violated("\(noun) must be there, and the answer was \(exchange.summary)", exchange)
        }
        guard exchange.response.body == wanted.bytes else {
            let came = Digest(of: exchange.response.body)
            return .violated(
                "\(noun) must be \(wanted.digest), and the bytes that came are \(run.label(came))", exchange)
        }
        return nil
    }
}
