// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `sample: {patterns: $patterns}`: tries patterns that nobody thought of on some repositories, one policy after
/// another, and holds what a push meets against an oracle.
///
/// `expect: grammar` asks ``PatternGrammar``, `expect: preview` what the registry itself said beforehand.
struct SampleStep: StepAction {
    private enum Oracle: String, CaseIterable { case grammar, preview }

    private let patterns: CountReference
    private let oracle: Oracle

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "sample", known: ["patterns"])
        patterns = try source.names.count(try fields.required("patterns"), "patterns", .repetitions)
        oracle = try source.requiredExpect("grammar, or preview").word("oracle")
    }

    var bounds: [(String, CountBounds)] { patterns.bounds(.repetitions) }
    var places: [Place] { PatternSample.names.map { Place(path: $0) } }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        let tries = sizes.manifest(.ociIndented) * max(1, run.count(patterns))
        return (sizes.push(.oci, with: .ociMonolithic) + tries) * PatternSample.names.count
    }

    func describe(in run: CaseRun) -> String {
        "try \(run.count(patterns)) patterns on \(PatternSample.names.count) repositories"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        guard let setup = run.context.setup, let tag = try? Tag("v1") else {
            return .unprepared(Finding("there is no way to set policies here"))
        }
        let scope = PolicyPlace.namespace(run.repository)
        guard setup.offers(.create(SampleStep.terms("*", scope))) else {
            return .unprepared(Finding("the registry's policies cannot say this"))
        }
        // The two manifests differ in their bytes alone, which takes one type.
        if let reason = try await run.reasonAgainst(.oci, with: PushFlow.ociMonolithic.pusher) {
            return .inapplicable(Finding(reason))
        }
        var trial = PatternTrial(tag: tag, pusher: PushFlow.ociMonolithic.pusher)
        if let end = try await trial.prepare(in: &run) { return end }
        run.policies.append(scope)
        var sample = PatternSample()
        for _ in 0..<max(1, run.count(patterns)) {
            let terms = SampleStep.terms(sample.next(), scope)
            if let end = try await attempt(terms, &trial, setup, in: run) { return end }
        }
        run.notes.append("\(counted(run.count(patterns), "pattern")), \(counted(trial.count, "pair"))")
        return .passed
    }

    private static func terms(_ pattern: String, _ scope: PolicyPlace) -> PolicyTerms {
        var terms = PolicyTerms(scope)
        terms.images = [pattern]
        return terms
    }

    /// - Returns: How the step ends; nil to go on.
    private func attempt(
        _ terms: PolicyTerms, _ trial: inout PatternTrial, _ setup: any RegistrySetup, in run: CaseRun
    ) async throws(TransportError) -> StepEnd? {
        let expected: [PatternTrial.Expected]
        do throws(SetupError) {
            expected = try await self.expected(terms, trial.tag, setup, in: run)
            if case .refused(let words) = try await setup.perform(.create(terms)) {
                return .violated("a policy for \(SampleStep.quoted(terms)) was refused: \(words)", nil)
            }
        } catch {
            return .inconclusive("the policy could not be tried: \(error)", nil)
        }
        // A policy that is left here is withdrawn with the case.
        if let end = try await trial.run(expected, SampleStep.quoted(terms), in: run) { return end }
        do throws(SetupError) {
            guard case .refused(let words) = try await setup.perform(.delete(terms.place)) else { return nil }
            return .violated("the policy must be removed, and that was refused: \(words)", nil)
        } catch {
            return .inconclusive("the policy could not be removed: \(error)", nil)
        }
    }

    /// What the oracle says of each name; those about which grammars differ are left out.
    private func expected(
        _ terms: PolicyTerms, _ tag: Tag, _ setup: any RegistrySetup, in run: CaseRun
    ) async throws(SetupError) -> [PatternTrial.Expected] {
        let pattern = terms.images?.first ?? ""
        let names = PatternSample.names
        switch oracle {
        case .grammar:
            return names.filter { !PatternSample.isUndecided(pattern, $0) }.map {
                PatternTrial.Expected(
                    place: Place(path: $0), isProtected: PatternGrammar.matches(pattern, $0),
                    oracle: "the grammar")
            }
        case .preview:
            let all = names.map { TagName(run.repository(of: Place(path: $0)), tag) }
            let protected = try await setup.preview(terms, of: all)
            return zip(names, all).map {
                PatternTrial.Expected(
                    place: Place(path: $0), isProtected: protected.contains($1), oracle: "the preview")
            }
        }
    }

    private static func quoted(_ terms: PolicyTerms) -> String { "\"\(terms.images?.first ?? "")\"" }
}
