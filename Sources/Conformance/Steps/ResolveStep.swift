// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `resolve: {tag: v1}` or `resolve: {image: b}`: asks which image a tag shows, or whether a manifest is there by
/// its digest.
///
/// HEAD, GET and the list of tags must agree.
///
/// With `accept: docker` the question names one media type only, as some clients ask. With `times` it is asked that
/// often, and the answer must be right each time.
struct ResolveStep: StepAction {
    private let target: Target
    private let place: Place
    private let accept: ImageForm?
    private let times: CountReference
    private let expect: ImageExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "resolve", known: ["tag", "image", "in", "accept", "times"])
        target = try Target(fields, source.value)
        place = try fields.place()
        accept = try fields["accept"]?.word("form of an image")
        times =
            try fields["times"].map { value throws(Diagnostic) in
                try source.names.count(value, "times", .repetitions)
            } ?? .literal(1)
        expect = try ImageExpectation(try source.requiredExpect("{image: a}, or absent"))
    }

    var bounds: [(String, CountBounds)] { times.bounds(.repetitions) }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        TrafficEstimate(requests: 3 * max(1, run.count(times)))
    }

    func describe(in run: CaseRun) -> String { "resolve \(target)\(place.clause)" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        for _ in 0..<max(1, run.count(times)) {
            let end = try await look(in: run)
            guard case .passed = end else { return end }
        }
        return .passed
    }

    private func look(in run: CaseRun) async throws(TransportError) -> StepEnd {
        guard let route = run.route(target, in: place, includingRefused: true) else {
            return .violated("there is nothing to look for: the \(target) was never sent", nil)
        }
        let headers: HTTPHeaders = accept.map { ["Accept": "\($0.manifest), */*"] } ?? Wire.manifestAccept
        let state = try await run.wire.state(of: route, accept: headers)
        switch state {
        case .absent(let exchange):
            guard expect.allowsAbsence else {
                let later = try await lateness(at: route, in: run)
                return .violated("\(target) must show \(expect), and does not exist\(later)", exchange)
            }
            // Who asks for other types than the tag's is told 404, and the tag is there.
            guard accept == nil, let end = try await listed(state, in: run) else { return .passed }
            // A push whose answer was lost may have ended in between: then the tag is there from now on.
            guard case .shows(let digest, _) = try await run.wire.state(of: route),
                expect.allows(digest, in: run, place)
            else { return end }
            return .passed
        case .shows(let digest, let exchange):
            guard expect.allows(digest, in: run, place) else {
                let later = try await lateness(at: route, in: run)
                return .violated(
                    "\(target) must show \(expect), and shows \(run.label(digest))\(later)", exchange)
            }
            if let end = try await listed(state, in: run) { return end }
            run.noteStanding(target, digest, in: place)
            return .passed
        case .unclear(let reason, let exchange):
            return .violated("\(target) must show \(expect), and \(run.labelled(reason))", exchange)
        case .undetermined(let reason, let exchange): return .inconclusive(reason, exchange)
        }
    }

    private func lateness(
        at route: RegistryRoute, in run: CaseRun
    ) async throws(TransportError) -> String {
        guard run.role == .writer, accept == nil else { return "" }
        return try await run.context.lateness.clause(of: route, over: run.wire) {
            expect.allows($0, in: run, place)
        }
    }

    /// Holds the list of tags against what the tag shows to the writer.
    private func listed(_ state: TagState, in run: CaseRun) async throws(TransportError) -> StepEnd? {
        guard case .tag(let tag) = target, run.role == .writer else { return nil }
        let list = try await run.wire.send(run.wire.request(.get, .tags(run.repository(of: place))))
        return run.contradiction(of: list, to: state, of: tag)
    }
}
