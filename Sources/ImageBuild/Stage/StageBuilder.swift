// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

/// Carries out the steps of one stage, one after another.
struct StageBuilder {
    let stage: BuildPlan.Stage
    let workshop: Workshop
    /// What `COPY --from` reads: the trees of the stages and images that the steps name.
    let origins: [BuildPlan.Origin: FileTree]
    var state: StageState
    var variables: Variables
    /// `CMD` was given in this stage, so that `ENTRYPOINT` leaves it.
    var hasCommand = false

    init(
        _ stage: BuildPlan.Stage, from state: StageState, origins: [BuildPlan.Origin: FileTree],
        in workshop: Workshop
    ) {
        self.stage = stage
        self.workshop = workshop
        self.origins = origins
        self.state = state
        variables = Variables(environment: state.container.env ?? [])
    }

    /// Runs the triggers that the base image left, then the stage's own steps.
    mutating func run() async throws(BuildError) -> StageState {
        let triggers = try takeTriggers()
        for (index, step) in (triggers + stage.steps).enumerated() {
            guard !Task.isCancelled else { throw .cancelled }
            workshop.progress(.step(stage: stage.name, number: index + 1, text: step.instruction.text))
            try await run(step)
        }
        return state
    }

    private mutating func run(_ step: BuildPlan.Step) async throws(BuildError) {
        switch step.instruction.action {
        case .copy(let copy):
            try await self.copy(copy, of: step)
        case .add(let add):
            try await self.copy(add, of: step)
        case .workdir(let word):
            try await changeFolder(to: word)
        default:
            do {
                try configure(step.instruction)
            } catch {
                throw .invalid(error)
            }
        }
    }

    /// `ONBUILD` of the base image: its instructions run here, and the image that is built has none of them.
    private mutating func takeTriggers() throws(BuildError) -> [BuildPlan.Step] {
        guard case .image(let reference, _) = stage.base, let triggers = state.container.onBuild else {
            return []
        }
        state.container.onBuild = nil
        var steps: [BuildPlan.Step] = []
        do throws(Diagnostic) {
            for trigger in triggers {
                let file = "ONBUILD of \(reference.familiar)"
                let instruction = try Dockerfile.parseInstruction(trigger, file: file)
                try InstructionSupport(source: SourceFile(trigger, name: file)).check(instruction)
                if case .copy(let copy) = instruction.action, let from = copy.options.from {
                    throw SourceFile(trigger, name: file).error(
                        at: from.location, "COPY --from in a trigger is not supported yet")
                }
                steps.append(BuildPlan.Step(instruction: instruction, origin: .context))
            }
        } catch {
            throw .invalid(error)
        }
        return steps
    }

    // MARK: Words

    /// Expands a word with the variables at this place.
    func expand(_ word: Word) throws(Diagnostic) -> String {
        do {
            return try expander().expand(word)
        } catch {
            throw workshop.source.error(at: error.location, error.message)
        }
    }

    func expandWords(_ word: Word) throws(Diagnostic) -> [String] {
        do {
            return try expander().expandWords(word)
        } catch {
            throw workshop.source.error(at: error.location, error.message)
        }
    }

    func expander(_ quotes: Expander.Quotes = .removed) -> Expander {
        let variables = variables
        return Expander(escape: quotes == .literal ? "\\" : workshop.escape, quotes: quotes) {
            variables.value(of: $0)
        }
    }

    /// Makes a located diagnostic of a problem.
    func located<Value>(
        _ location: SourceLocation, _ body: () throws(Problem) -> Value
    ) throws(Diagnostic) -> Value {
        do {
            return try body()
        } catch {
            throw workshop.source.error(at: location, error.message, hint: error.hint)
        }
    }

    // MARK: History

    /// Records a step.
    ///
    /// Source: BuildKit, whose comment and texts other tools know.
    mutating func record(_ text: String, hasLayer: Bool = false) {
        let entry = ImageConfig.History(
            created: workshop.created, createdBy: text, comment: "buildkit.dockerfile.v0",
            emptyLayer: !hasLayer)
        state.config.history = (state.config.history ?? []) + [entry]
    }
}
