// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

/// Turns a Dockerfile into a plan: resolves names, leaves out what is not needed, refuses what cannot be done.
struct BuildPlanner {
    private let dockerfile: Dockerfile
    private let arguments: BuildArguments
    private let platform: Platform
    private let contexts: [String: NamedContext]
    private var globalScope: [String: String] = [:]
    private var planned: [BuildPlan.Stage] = []
    /// The stages on the way from the target to the one that is looked at.
    private var path: [Int] = []

    init(
        _ dockerfile: Dockerfile, arguments: BuildArguments, platform: Platform,
        contexts: [String: NamedContext] = [:]
    ) {
        self.dockerfile = dockerfile
        self.arguments = arguments
        self.platform = platform
        // Stage names are in small letters, and so is what stands in their place.
        self.contexts = Dictionary(contexts.map { ($0.key.lowercased(), $0.value) }) { $1 }
    }

    /// - Throws: The first thing in the needed stages that is wrong.
    mutating func plan(target: String?) throws(Diagnostic) -> BuildPlan {
        do {
            globalScope = try arguments.globalScope(of: dockerfile)
        } catch {
            throw dockerfile.source.error(at: error.location, error.message)
        }
        let last = try index(ofTarget: target)
        try visit(last, from: dockerfile.stages[last].location)
        return BuildPlan(
            stages: planned, globalScope: globalScope,
            warnings: dockerfile.warnings + unusedArguments() + otherFrontEnd())
    }

    private func index(ofTarget target: String?) throws(Diagnostic) -> Int {
        guard let target, !target.isEmpty else { return dockerfile.stages.count - 1 }
        if let index = lastStage(named: target, before: dockerfile.stages.count) { return index }
        if let number = Int(target), dockerfile.stages.indices.contains(number) { return number }
        let names = dockerfile.stages.compactMap(\.name)
        throw dockerfile.source.error(
            at: SourceLocation(whole: "--target"), "there is no stage '\(target)' to build",
            hint: nearestWord(to: target, in: names).map { "did you mean \($0)?" }
                ?? (names.isEmpty ? nil : "the stages are \(names.joined(separator: ", "))"))
    }

    private func lastStage(named name: String, before end: Int) -> Int? {
        dockerfile.stages[..<end].lastIndex { $0.name == name.lowercased() }
    }

    /// Plans a stage after those that it needs; `location` is what asks for it.
    private mutating func visit(_ index: Int, from location: SourceLocation) throws(Diagnostic) {
        if planned.contains(where: { $0.index == index }) { return }
        let stage = dockerfile.stages[index]
        guard !path.contains(index) else {
            let name = stage.name ?? "\(index)"
            throw dockerfile.source.error(
                at: location, "the stage \(name) cannot be copied from here: it needs itself",
                hint: "copy from a stage that does not need this one")
        }
        path.append(index)
        let plan = try self.plan(stage, index: index)
        if case .stage(let base) = plan.base { try visit(base, from: stage.from.image.location) }
        for (needed, location) in plan.readStages { try visit(needed, from: location) }
        path.removeLast()
        planned.append(plan)
    }

    private func plan(_ stage: Dockerfile.Stage, index: Int) throws(Diagnostic) -> BuildPlan.Stage {
        let base = try base(of: stage, index: index)
        var steps: [BuildPlan.Step] = []
        for instruction in triggers(of: base) + stage.instructions {
            try InstructionSupport(source: dockerfile.source).check(instruction)
            steps.append(try step(instruction))
        }
        return BuildPlan.Stage(
            index: index, name: stage.name ?? "stage-\(index)", base: base,
            platform: try platform(of: stage), steps: steps)
    }

    /// What `ONBUILD` says in the stage that another one is based on.
    private func triggers(of base: BuildPlan.Base) -> [Instruction] {
        guard case .stage(let index) = base else { return [] }
        return dockerfile.stages[index].instructions.compactMap(\.action.trigger)
    }

    /// The step for an instruction that a base image has left, after planning.
    ///
    /// - Throws: Also where it reads a stage: those of this Dockerfile mean nothing to the base image.
    func step(ofTrigger instruction: Instruction, in source: SourceFile) throws(Diagnostic) -> BuildPlan.Step
    {
        try InstructionSupport(source: source).check(instruction)
        if case .from = instruction.action {
            throw source.error(at: instruction.location, "an image may not ask for FROM with ONBUILD")
        }
        let step = try step(instruction)
        for case .stage(let index) in step.origins where !planned.contains(where: { $0.index == index }) {
            throw source.error(
                at: instruction.location, "it reads stage \(index), which nothing else in this build needs",
                hint: "build FROM the stage, or name an image")
        }
        return step
    }

    private func step(_ instruction: Instruction) throws(Diagnostic) -> BuildPlan.Step {
        switch instruction.action {
        case .copy(let copy):
            guard let from = copy.options.from else { break }
            return BuildPlan.Step(instruction: instruction, origin: try origin(named: from))
        case .run(let run):
            var origins: [BuildPlan.Origin] = []
            for mount in run.mounts {
                origins.append(
                    try mount.from.map { from throws(Diagnostic) in try origin(named: from) } ?? .context)
            }
            return BuildPlan.Step(instruction: instruction, origin: .context, mountOrigins: origins)
        default: break
        }
        return BuildPlan.Step(instruction: instruction, origin: .context)
    }

    // MARK: Names

    private func base(of stage: Dockerfile.Stage, index: Int) throws(Diagnostic) -> BuildPlan.Base {
        let word = stage.from.image
        let name = try expand(word)
        guard !name.isEmpty else {
            throw dockerfile.source.error(
                at: word.location, "'\(word.text)' expands to nothing",
                hint: "give the ARG before FROM a default, or pass --build-arg")
        }
        switch try named(name, at: word) {
        case .image(let image)?: return .image(image)
        case nil: break
        case .some:
            throw dockerfile.source.error(
                at: word.location,
                "the build context '\(name)' has only files, which no stage can begin with",
                hint: "write FROM scratch and COPY --from=\(name) . /")
        }
        if let earlier = lastStage(named: name, before: index) { return .stage(earlier) }
        return name == "scratch" ? .scratch : .image(try image(name, at: word))
    }

    private func platform(of stage: Dockerfile.Stage) throws(Diagnostic) -> Platform {
        guard let word = stage.from.platform else { return platform }
        let name = try expand(word)
        do {
            return try Platform(partial: name)
        } catch {
            throw dockerfile.source.error(at: word.location, error.description)
        }
    }

    private func origin(named from: Word) throws(Diagnostic) -> BuildPlan.Origin {
        if let named = try named(from.text, at: from) { return named }
        if let number = Int(from.text) {
            guard dockerfile.stages.indices.contains(number) else {
                throw dockerfile.source.error(at: from.location, "there is no stage \(number)")
            }
            return .stage(number)
        }
        if let index = lastStage(named: from.text, before: dockerfile.stages.count) { return .stage(index) }
        guard from.text != "scratch" else {
            throw dockerfile.source.error(at: from.location, "scratch is empty: there is nothing to copy")
        }
        return .image(try image(from.text, at: from))
    }

    /// What `--build-context` puts behind a name; nil when it is none of its names.
    private func named(_ name: String, at word: Word) throws(Diagnostic) -> BuildPlan.Origin? {
        switch contexts[name.lowercased()] {
        case .folder(let folder)?: return .named(.path(folder), name: name)
        case .remote(let location)?: return .named(location, name: name)
        case .image(let reference)?:
            let text = reference.description
            return .image(ImageName(place: .registry(reference), text: text, location: word.location))
        case .layout(let folder, let image)?:
            let place = ImageName.Place.layout(folder, name: image)
            return .image(ImageName(place: place, text: name, location: word.location))
        case nil: return nil
        }
    }

    private func image(_ name: String, at word: Word) throws(Diagnostic) -> ImageName {
        do {
            return ImageName(place: .registry(try Reference(name)), text: name, location: word.location)
        } catch {
            throw dockerfile.source.error(at: word.location, error.description)
        }
    }

    /// `FROM` sees the arguments before it, not those of a stage.
    private func expand(_ word: Word) throws(Diagnostic) -> String {
        let scope = globalScope
        do {
            return try Expander(escape: dockerfile.directives.escape) { scope[$0] }.expand(word)
        } catch {
            throw dockerfile.source.error(at: error.location, error.message)
        }
    }

    // MARK: Warnings

    private func unusedArguments() -> [Diagnostic] {
        var declared = BuildArguments.predefined.union(arguments.platform.keys)
        declared.formUnion(BuilderArgument.allCases.map(\.rawValue))
        declared.formUnion(dockerfile.globalArguments.map(\.name.text))
        for case .arg(let declarations) in dockerfile.stages.flatMap(\.instructions).map(\.action) {
            declared.formUnion(declarations.map(\.name.text))
        }
        return arguments.given.keys.sorted().filter { !declared.contains($0) }.map { name in
            warning("the build argument '\(name)' is given but no ARG declares it", nearest: name, declared)
        }
    }

    private func otherFrontEnd() -> [Diagnostic] {
        guard let image = BuildRequest.otherFrontEnd(in: arguments.given) else { return [] }
        return [
            warning(
                "the front end \(image) is not loaded: there is one here, which reads Dockerfile syntax 1.x")
        ]
    }

    private func warning(
        _ message: String, nearest name: String = "", _ known: Set<String> = []
    ) -> Diagnostic {
        Diagnostic(
            .warning, at: SourceLocation(whole: "--build-arg"), message,
            hint: nearestWord(to: name, in: known.sorted()).map { "did you mean \($0)?" })
    }
}
