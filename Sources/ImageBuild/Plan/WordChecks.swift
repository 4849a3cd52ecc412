// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import LayerArchive
import OCISpec
import SourceText

/// Finds out, before anything is fetched or built, that a word of a plan cannot be expanded, or means nothing to its
/// instruction.
///
/// What base images define is not known yet: of a word that needs it only the form is looked at, and the rest when it
/// is its turn.
struct WordChecks {
    private let source: SourceFile
    private let escape: Character
    private let given: [String: String]
    private let globals: [String: String]
    /// What the stages so far leave, by index.
    private var left: [Int: KnownVariables] = [:]

    init(_ dockerfile: Dockerfile, given: [String: String], globals: [String: String]) {
        source = dockerfile.source
        escape = dockerfile.directives.escape
        self.given = given
        self.globals = globals
    }

    /// - Throws: The first word that is wrong.
    mutating func run(_ plan: [BuildPlan.Stage]) throws(Diagnostic) {
        for stage in plan {
            var known = variables(before: stage)
            for step in stage.steps {
                do throws(LocatedExpansionError) {
                    try check(step.instruction, &known)
                } catch {
                    throw source.error(at: error.location, error.message, hint: error.hint)
                }
            }
            left[stage.index] = known
        }
    }

    private func variables(before stage: BuildPlan.Stage) -> KnownVariables {
        if case .stage(let base) = stage.base, let known = left[base] { return known.enteringStage() }
        return KnownVariables(escape: escape, beginsWithNothing: stage.base == .scratch)
    }

    private func check(
        _ instruction: Instruction, _ known: inout KnownVariables
    ) throws(LocatedExpansionError) {
        switch instruction.action {
        case .env(let assignments): try known.set(assignments)
        case .arg(let declarations): try known.declare(declarations, given: given, globals: globals)
        case .label(let assignments):
            for assignment in assignments {
                _ = try known.expand(assignment.name)
                _ = try known.expand(assignment.value)
            }
        case .expose(let word):
            for text in try known.expandWords(word) ?? [] {
                try located(word) { () throws(Problem) in _ = try PortRange(text) }
            }
        case .stopsignal(let word):
            guard let signal = try known.expand(word) else { return }
            try located(word) { () throws(Problem) in try StopSignal.check(signal) }
        case .volume(let words): try check(volumes: words, at: instruction, known)
        case .user(let word), .workdir(let word): _ = try known.expand(word)
        case .add(let copy), .copy(let copy): try check(copy, isAdd: instruction.keyword == .add, known)
        case .cmd, .entrypoint, .from, .healthcheck, .maintainer, .onbuild, .run, .shell: break
        }
    }

    private func check(
        volumes: [Word], at instruction: Instruction, _ known: KnownVariables
    ) throws(LocatedExpansionError) {
        guard !volumes.isEmpty else {
            throw LocatedExpansionError(location: instruction.location, message: "VOLUME without a path")
        }
        for word in volumes where try known.expand(word) == "" {
            throw LocatedExpansionError(location: word.location, message: "a volume without a path")
        }
    }

    private func check(
        _ copy: CopyInstruction, isAdd: Bool, _ known: KnownVariables
    ) throws(LocatedExpansionError) {
        let options = copy.options
        for word in [options.owner, copy.destination].compactMap(\.self) { _ = try known.expand(word) }
        if let word = options.mode, let text = try known.expand(word), !text.isEmpty {
            try located(word) { () throws(Problem) in _ = try ModeChange(text) }
        }
        for word in options.excludes { _ = try known.expand(word) }
        for document in copy.documents { try known.check(document) }
        var places: [String?] = []
        for case .path(let word) in copy.sources {
            let text = try known.expand(word)
            places.append(text)
            if !isAdd, let remote = text.flatMap(RemoteSource.init) {
                throw LocatedExpansionError(
                    location: word.location, message: "COPY does not take \(remote.noun)", hint: "use ADD")
            }
        }
        guard let checksum = options.checksum else { return }
        try check(checksum, of: places, documents: copy.documents.count, known)
    }

    private func check(
        _ checksum: Word, of places: [String?], documents: Int, _ known: KnownVariables
    ) throws(LocatedExpansionError) {
        let text = try known.expand(checksum)
        guard places.count == 1, documents == 0 else {
            throw LocatedExpansionError(location: checksum.location, message: RemoteSource.checksumRule)
        }
        guard let place = places[0] else { return }
        switch RemoteSource(place) {
        case nil:
            throw LocatedExpansionError(location: checksum.location, message: RemoteSource.checksumRule)
        case .git: break
        case .url:
            guard let text, !text.isEmpty else { return }
            try check(digest: text, at: checksum)
        }
    }

    private func check(digest text: String, at word: Word) throws(LocatedExpansionError) {
        let digest: Digest
        do {
            digest = try Digest(text)
        } catch {
            throw LocatedExpansionError(location: word.location, message: error.description)
        }
        guard digest.algorithm != nil else {
            throw LocatedExpansionError(
                location: word.location, message: "'\(text)' is no checksum of sha256 or sha512")
        }
    }

    private func located(_ word: Word, _ body: () throws(Problem) -> Void) throws(LocatedExpansionError) {
        do {
            try body()
        } catch {
            throw LocatedExpansionError(location: word.location, message: error.message, hint: error.hint)
        }
    }
}
