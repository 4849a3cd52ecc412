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
    /// What the stage begins with.
    let below: BaseLayers
    var state: StageState
    /// `CMD` was given in this stage, so that `ENTRYPOINT` leaves it.
    var hasCommand = false
    /// The step that is carried out.
    var step: BuildStep?
    /// The time that it takes.
    var clock: StepClock?
    /// The cache knew what comes out of the step.
    var isCached = false

    init(
        _ stage: BuildPlan.Stage, from state: StageState, origins: [BuildPlan.Origin: FileTree],
        in workshop: Workshop
    ) {
        self.stage = stage
        self.workshop = workshop
        self.origins = origins
        self.state = state
        below = BaseLayers(
            stage: workshop.shown(stage), name: workshop.name(of: stage.base), count: state.layers.count,
            progress: workshop.progress)
    }

    var variables: Variables { state.variables }

    /// Runs the steps.
    mutating func run() async throws(BuildError) -> StageState {
        var index = 0
        while index < stage.steps.count {
            guard !Task.isCancelled else { throw .cancelled }
            index = await recall(from: index)
            guard index < stage.steps.count else { break }
            try await run(stage.steps[index], as: shown(index))
            index += 1
        }
        return state
    }

    /// What is told of the step at an index.
    func shown(_ index: Int) -> BuildStep {
        let instruction = stage.steps[index].instruction
        return BuildStep(
            stage: workshop.shown(stage), number: index + 1, count: stage.steps.count,
            text: withoutCredentials(instruction.text), location: instruction.location)
    }

    private mutating func run(_ step: BuildPlan.Step, as shown: BuildStep) async throws(BuildError) {
        let clock = StepClock()
        (self.step, self.clock, isCached) = (shown, clock, false)
        workshop.progress(.step(shown))
        do {
            try await run(step)
        } catch {
            workshop.progress(.ended(shown, .failed(clock.duration)))
            throw error.surrounded(by: workshop.source, around: step.instruction)
        }
        workshop.progress(.ended(shown, isCached ? .cached : .done(clock.duration)))
    }

    private mutating func run(_ step: BuildPlan.Step) async throws(BuildError) {
        switch step.instruction.action {
        case .copy(let copy):
            try await self.copy(copy, of: step)
        case .add(let add):
            try await self.copy(add, of: step)
        case .workdir(let word):
            try await changeFolder(to: word)
        case .run(let run):
            try await execute(run, of: step)
        default:
            do {
                try configure(step.instruction)
            } catch {
                throw .invalid(error)
            }
        }
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

    /// Records a step, without the credentials of its URLs.
    ///
    /// Source: BuildKit, whose comment and texts other tools know.
    mutating func record(_ text: String, hasLayer: Bool = false) {
        let entry = ImageConfig.History(
            created: workshop.created, createdBy: withoutCredentials(text), comment: "buildkit.dockerfile.v0",
            emptyLayer: !hasLayer)
        // In place: an image with thousands of steps would copy all of it for each.
        if state.config.history == nil { state.config.history = [] }
        state.config.history?.append(entry)
    }
}
