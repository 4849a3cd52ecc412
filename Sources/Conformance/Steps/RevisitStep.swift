// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `revisit: {tags: $tags, attacks: $attacks}`: looks again at the tags that the cases before have left standing, the
/// oldest first, and pushes another image to some of them.
///
/// A scenario with this step runs after all others.
struct RevisitStep: StepAction {
    private enum Expectation: String, CaseIterable {
        /// Each shows what it showed, and refuses what it is sent.
        case unchanged
    }

    private let tags: CountReference
    private let attacks: CountReference

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "revisit", known: ["tags", "attacks"])
        tags = try source.names.count(try fields.required("tags"), "tags", .repetitions)
        attacks = try source.names.count(try fields.required("attacks"), "attacks", .repetitions)
        let _: Expectation = try source.requiredExpect("unchanged").word("expectation")
    }

    var bounds: [(String, CountBounds)] { tags.bounds(.repetitions) + attacks.bounds(.repetitions) }
    var flows: [FlowReference] { [.usual] }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        let flow = run.flow(.usual)
        return sizes.push(flow.pusher.form, with: flow) * run.count(attacks)
            + TrafficEstimate(requests: run.count(tags))
    }

    func describe(in run: CaseRun) -> String {
        "look again at \(run.count(tags)) tags, and push another image to \(run.count(attacks)) of them"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let entries = run.context.standing.all.prefix(run.count(tags))
        let oldest = entries.map { age(of: $0, in: run) }.max() ?? 0
        for entry in entries {
            if let end = try await fault(of: entry, in: run) { return end }
        }
        for entry in entries.prefix(run.count(attacks)) {
            if let end = try await attack(entry, in: run) { return end }
        }
        // Whoever was refused a moment ago may have been taken by now.
        for entry in entries.prefix(run.count(attacks)) {
            if let end = try await fault(of: entry, in: run) { return end }
        }
        run.notes.append("\(counted(entries.count, "tag")), the oldest after \(oldest) s")
        return .passed
    }

    private func fault(
        of entry: StandingTags.Entry, in run: CaseRun
    ) async throws(TransportError) -> StepEnd? {
        let route = RegistryRoute.manifest(entry.repository, .tag(entry.tag))
        let exchange = try await run.wire.get(route, headers: Wire.manifestAccept)
        let name = "\(entry.repository):\(entry.tag)"
        let past = "\(name) stood \(age(of: entry, in: run)) s ago as \(entry.digest)"
        if AnswerJudge.isNobodysFault(exchange.status) {
            return .inconclusive("the answer was \(exchange.summary)", exchange)
        }
        guard exchange.response.isSuccess else {
            return .violated("\(past), and the answer is \(exchange.summary) now", exchange)
        }
        let digest = Digest(of: exchange.response.body, algorithm: entry.digest.algorithm ?? .sha256)
        return digest == entry.digest ? nil : .violated("\(past), and shows \(digest) now", exchange)
    }

    private func attack(
        _ entry: StandingTags.Entry, in run: CaseRun
    ) async throws(TransportError) -> StepEnd? {
        let pusher = run.flow(.usual).pusher
        let image = TestImage("later", nonce: entry.repository.rawValue, form: pusher.form)
        let answer = try await pusher.push(image, as: .tag(entry.tag), of: entry.repository, over: run.wire)
        switch run.judge.meaning(of: answer) {
        case .refused: return nil
        case .accepted:
            return .violated(
                "\(entry.repository):\(entry.tag) stood \(age(of: entry, in: run)) s ago, and another image may "
                    + "have it now: \(answer.exchange.summary)", answer.exchange)
        case .faulty(let reason): return .violated("it must be refused, and \(reason)", answer.exchange)
        case .undetermined(let reason): return .inconclusive(reason, answer.exchange)
        }
    }

    /// In whole seconds.
    private func age(of entry: StandingTags.Entry, in run: CaseRun) -> Int64 {
        (run.context.now() - entry.seen).components.seconds
    }
}

extension CaseRun {
    /// Takes note that a tag shows an image where it is write-once.
    func noteStanding(_ target: Target, _ digest: Digest, in place: Place) {
        guard case .tag(let tag) = target else { return }
        noteStanding(tag, digest, of: repository(of: place))
    }

    func noteStanding(_ tag: Tag, _ digest: Digest, of repository: RepositoryName) {
        guard scenario.given == .immutable, role == .writer else { return }
        context.standing.note(
            StandingTags.Entry(repository: repository, tag: tag, digest: digest, seen: context.now()))
    }
}
