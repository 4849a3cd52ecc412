// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// What must come of a write.
struct AnswerExpectation: Sendable {
    enum Answer: String, CaseIterable, Sendable {
        /// Any 2xx.
        case accepted
        /// 201 with what the specification asks of it.
        case created
        /// Turned down, in whichever dialect.
        case refused
        /// Turned down as the profile says.
        case denied
        /// Turned down, in whichever dialect, without a word about the inside of the registry.
        case discreet
        /// Accepted or refused.
        case either
        /// Refused, or accepted without the word (`OCI-Tag`) that a tag was set.
        case unclaimed
        /// Anything but accepted, for a registry that cannot.
        case failed
        /// The registry's own failure (5xx), for want of room: neither a refusal of the tag nor a success.
        case noRoom = "no-room"
        /// The same, or accepted by a registry that had room for this much.
        case roomOrNot = "room-or-not"
        /// Turned away as somebody who may not.
        case unauthorised
        /// Asked for credentials.
        case challenged
        /// Turned away or turned down.
        case barred
    }

    var answer: Answer
    /// What must be the same in all cases and repetitions.
    var alike: Observation.Aspect?
    /// The name under which the certificate states the outcome.
    var states: String?
    /// The name of a comparison: all answers of the case that have it must be the same.
    var among: String?

    /// For preparation.
    static let accepted = AnswerExpectation(answer: .accepted)

    init(answer: Answer) { self.answer = answer }

    /// For a write that is no push to a tag.
    static let ofWrite: [Answer] = [.accepted, .refused, .either, .unauthorised, .challenged, .barred]

    /// Reads `refused`, or `{answer: refused, alike: answer}`.
    init(_ value: YAMLValue, allowing allowed: [Answer] = Answer.allCases) throws(Diagnostic) {
        var word = value
        if case .mapping = value.content {
            let fields = try Fields(value, "an expectation", known: ["answer", "alike", "states", "among"])
            among = try fields["among"]?.string("the name of a comparison")
            word = try fields.required("answer")
            alike = try fields["alike"]?.word("aspect")
            states = try fields["states"]?.string("what it states")
            if states != nil, alike != .outcome {
                throw Diagnostic(at: value.location, "\"states\" needs \"alike: outcome\"")
            }
        }
        answer = try word.word("answer")
        guard allowed.contains(answer) else {
            throw Diagnostic(
                at: word.location, "this step cannot expect \"\(answer.rawValue)\"",
                hint: "one of \(allowed.map(\.rawValue).joined(separator: ", "))")
        }
    }

    var isRefusal: Bool { [.refused, .denied, .discreet].contains(answer) }

    /// True for answers that are about the registry's storage.
    private var isAboutRoom: Bool { answer == .noRoom || answer == .roomOrNot }

    /// True for answers that are about whoever asks, and not about the tag.
    var isAboutTheUser: Bool { [.unauthorised, .challenged, .barred].contains(answer) }

    /// A clause for messages.
    var clause: String {
        switch answer {
        case .accepted, .created: "it must be accepted"
        case .refused, .denied, .discreet: "it must be refused"
        case .either: "it must be accepted or refused"
        case .unclaimed: "it must not set a tag that stands"
        case .failed: "it cannot be accepted"
        case .noRoom: "it must fail for want of room (5xx)"
        case .roomOrNot: "it must be accepted, or fail for want of room (5xx)"
        case .unauthorised: "it must be turned away (401 or 403)"
        case .challenged: "it must be asked for credentials (401)"
        case .barred: "it must be turned away or refused"
        }
    }
}

/// A push, or another write, and what came of it.
struct AnsweredPush {
    let answer: PushAnswer
    let repository: RepositoryName
    /// The tag that was asked for, nil for none.
    let tag: Tag?
    let place: Place
}

extension AnswerExpectation {
    func judge(_ push: AnsweredPush, in run: CaseRun) async -> StepEnd {
        let exchange = push.answer.exchange
        if answer == .failed, !exchange.response.isSuccess { return .passed }
        if isAboutRoom, (500..<600).contains(exchange.status) { return .passed }
        if isAboutTheUser, !exchange.response.isSuccess { return endOfTurnedAway(exchange) }
        // Nothing was stored: what follows looks at the tag.
        if answer == .either, exchange.response.isRedirect { return .passed }
        if answer == .accepted || answer == .created,
            let end = await run.context.closed.end(after: exchange, in: run)
        {
            return end
        }
        switch run.judge.meaning(of: push.answer) {
        case .accepted: return await endOfAccepted(push, in: run)
        case .refused: return endOfRefused(push, in: run)
        case .faulty(let reason): return .violated("\(clause), and \(reason)", exchange)
        case .undetermined(let reason): return .inconclusive(reason, exchange)
        }
    }

    private func endOfAccepted(_ push: AnsweredPush, in run: CaseRun) async -> StepEnd {
        let exchange = push.answer.exchange
        switch answer {
        case .accepted, .created, .either, .roomOrNot: return .passed
        case .unclaimed:
            guard let tag = exchange.response.headers["OCI-Tag"] else { return .passed }
            return .violated("\(clause), and was told \(exchange.summary) with OCI-Tag: \(tag)", exchange)
        case .refused, .denied, .discreet, .failed, .noRoom, .unauthorised, .challenged, .barred:
            guard let tag = push.tag else {
                return .violated("\(clause), and was told \(exchange.summary)", exchange)
            }
            let state = await run.nowShows(tag, in: push.place)
            return .violated("\(clause), and was told \(exchange.summary); \(state)", exchange)
        }
    }

    private func endOfRefused(_ push: AnsweredPush, in run: CaseRun) -> StepEnd {
        let exchange = push.answer.exchange
        switch answer {
        case .refused, .either, .unclaimed, .failed, .unauthorised, .challenged, .barred: return .passed
        case .accepted, .created, .noRoom, .roomOrNot:
            return .violated("\(clause), and was told \(exchange.summary)", exchange)
        case .discreet: return endOfDiscreet(push, in: run)
        case .denied:
            let departures = run.judge.departures(of: push.answer, repository: push.repository, tag: push.tag)
            if departures.isEmpty { return .passed }
            let list = departures.joined(separator: "; ")
            return .violated(
                "it is refused, but not as profile \(run.judge.profile.name) says: \(list)", exchange)
        }
    }

    private func endOfDiscreet(_ push: AnsweredPush, in run: CaseRun) -> StepEnd {
        let exchange = push.answer.exchange
        let known = [
            exchange.request.url.host, push.repository.rawValue, push.tag?.rawValue ?? "",
        ]
        let text = String(decoding: exchange.response.body.prefix(Redaction.bodyLimitBytes), as: UTF8.self)
        guard let words = InternalWords.first(in: text, except: known) else { return .passed }
        return .violated("it is refused, and tells everybody who may push \(words)", exchange)
    }
}
