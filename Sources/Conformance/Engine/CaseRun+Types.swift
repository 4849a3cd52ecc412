// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Some registries take OCI's media types only, some Docker's only, some no indexes. What a registry never takes, it
/// need not keep; only one that takes nothing is none.
extension CaseRun {
    /// With what registries turn down a type that they do not know.
    ///
    /// Source: distribution-spec 1.1, "Pushing Manifests", "Error Codes"; zot and Harbor answer 415, distribution
    /// without a type 400 and MANIFEST_INVALID, Quay 415 and UNSUPPORTED.
    private static let codes: Set<String> = ["MANIFEST_INVALID", "MANIFEST_UNVERIFIED", "UNSUPPORTED"]

    /// True for an answer that can be about the type of what was sent.
    func mayBeAboutType(_ exchange: Exchange) -> Bool {
        let denial = judge.profile.denial
        let code = ErrorBody(exchange.response.body)?.errors.first?.code
        if exchange.status == denial.status, code == denial.code { return false }
        return exchange.status == 415
            || (400..<500).contains(exchange.status) && code.map(CaseRun.codes.contains) == true
    }

    /// Finds out whether the registry takes manifests of a form at all: by its digest, where no tag is concerned.
    ///
    /// It is asked once for each type, and not at all about what it has taken already.
    ///
    /// - Returns: Why it does not, as one clause; nil when it does, and when that cannot be told.
    func reasonAgainst(_ form: ImageForm, with pusher: any Pusher) async throws(TransportError) -> String? {
        let type = form.manifest
        if context.untaken.has(type) { return CaseRun.clause(type) }
        if context.denials.hasTaken(type) { return nil }
        let answer = try await pushProbe(form, with: pusher)
        switch judge.meaning(of: answer) {
        case .accepted:
            context.denials.took(type)
            return nil
        case .refused where mayBeAboutType(answer.exchange): break
        case .refused, .faulty, .undetermined: return nil
        }
        guard try await takesAnother(than: type) else { return nil }
        context.untaken.insert(type)
        return CaseRun.clause(type)
    }

    private func takesAnother(than type: String) async throws(TransportError) -> Bool {
        for form in [ImageForm.oci, .docker] where form.manifest != type {
            if context.denials.hasTaken(form.manifest) { return true }
            let pusher = MonolithicPusher(form: form, manner: .oras)
            guard case .accepted = judge.meaning(of: try await pushProbe(form, with: pusher)) else {
                continue
            }
            context.denials.took(form.manifest)
            return true
        }
        return false
    }

    private func pushProbe(
        _ form: ImageForm, with pusher: any Pusher
    ) async throws(TransportError) -> PushAnswer {
        let image = image("type", form: form)
        return try await pusher.push(
            image, as: .digest(image.manifest.digest), of: repository, over: writerWire)
    }

    private static func clause(_ type: String) -> String {
        "not applicable: the registry takes no manifests of the type \(type), under a digest neither"
    }
}
