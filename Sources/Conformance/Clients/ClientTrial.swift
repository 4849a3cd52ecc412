// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// What a client did about a tag that stands, and what became of the tag.
struct ClientTrial {
    let outcome: ClientOutcome
    /// The requests that sent a manifest to the tag.
    let puts: [Exchange]
    /// What the client's first push has made the tag show.
    let first: Digest
    /// What the tag shows after the second one.
    let state: TagState
    let repository: RepositoryName
    let judge: AnswerJudge

    /// Why nothing can be said of the registry and the client; nil when something can.
    var lack: String? {
        if case .undetermined(let reason, _) = state { return "what the tag shows is unknown: \(reason)" }
        guard let last = puts.last else {
            return "it never sent its manifest, so nothing was refused; \(end)"
        }
        if case .undetermined(let reason) = judge.meaning(of: last), !isTaken { return "\(reason); \(end)" }
        return nil
    }

    /// What the registry did that no registry may.
    var registryFaults: [String] {
        var faults: [String] = []
        if isTaken { faults.append("the registry took its manifest for a tag that stands") }
        if let last = puts.last, case .faulty(let reason) = judge.meaning(of: last) {
            faults.append("the registry must refuse its manifest, and \(reason)")
        }
        switch state {
        case .shows(first, _), .undetermined: break
        case .shows(let digest, _): faults.append("the tag must show \(first), and shows \(digest)")
        case .absent: faults.append("the tag must show \(first), and does not exist")
        case .unclear(let reason, _): faults.append("the tag must show \(first), and \(reason)")
        }
        return faults
    }

    /// What the client makes of a refusal, and should not.
    var clientFaults: [String] {
        var faults: [String] = []
        if let limit = outcome.unendedAfter {
            faults.append("it must end, and did not within \(limit.components.seconds) seconds")
        } else if outcome.status == 0 {
            faults.append("its overwrite must fail, and it ended with 0")
        }
        if outcome.status != 0,
            !outcome.text.contains(repository.rawValue) || !outcome.text.contains("v1")
        {
            faults.append("its user must read which tag it was about, and cannot")
        }
        if puts.count > 1 { faults.append("it must send its manifest once, and sent it \(puts.count) times") }
        return faults
    }

    var notes: [String] {
        [
            "\(counted(puts.count, "manifest PUT")), \(outcome.endClause)",
            "its user read: \(outcome.lastLine)",
        ]
    }

    private var isTaken: Bool { puts.contains { $0.response.isSuccess } }

    private var end: String { "\(outcome.endClause), its user read: \(outcome.lastLine)" }
}

extension ClientOutcome {
    /// How it came to its end: `exit 1`.
    var endClause: String {
        unendedAfter.map { "ended after \($0.components.seconds) seconds" } ?? "exit \(status)"
    }

    /// The last line that says something.
    package var lastLine: String {
        text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }
            .map { ForeignText.line(String($0)) } ?? "nothing"
    }
}
