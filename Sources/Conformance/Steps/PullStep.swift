// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import SourceText

/// `pull: {tag: v1}` or `pull: {image: a}`: fetches a manifest and its blobs, and compares every byte.
struct PullStep: StepAction {
    private let target: Target
    private let image: String

    init(_ source: StepSource) throws(Diagnostic) {
        target = try Target(try Fields(source.value, "pull", known: ["tag", "image"]), source.value)
        let expect = try source.requiredExpect("{image: a}")
        image = try Fields(expect, "an expectation", known: ["image"]).required("image").imageName()
    }

    func describe(in run: CaseRun) -> String { "pull \(target)" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        guard let wanted = run.accepted[image], let route = run.route(target) else {
            return .violated("image \(image) must be there, and the registry never took it", nil)
        }
        let manifest = try await run.wire.get(route, headers: Wire.manifestAccept)
        if let end = PullStep.fault(of: manifest, "the manifest", wanted.manifest, in: run) { return end }
        let type = manifest.response.headers["Content-Type"] ?? "none"
        guard (try? MediaType(type)) == wanted.form.manifest else {
            return .violated("the type must be \(wanted.form.manifest), and is \(type)", manifest)
        }
        for (noun, blob) in [("the configuration", wanted.config), ("the layer", wanted.layer)] {
            let exchange = try await run.wire.get(.blob(run.repository, blob.digest))
            if let end = PullStep.fault(of: exchange, noun, blob, in: run) { return end }
        }
        return .passed
    }

    private static func fault(
        of exchange: Exchange, _ noun: String, _ wanted: TestBlob, in run: CaseRun
    ) -> StepEnd? {
        if AnswerJudge.isNobodysFault(exchange.status) {
            return .inconclusive("the answer was \(exchange.summary)", exchange)
        }
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
