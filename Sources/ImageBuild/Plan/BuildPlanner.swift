// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

/// Turns a Dockerfile into a plan: resolves names, leaves out what is not needed, refuses what cannot be done.
struct BuildPlanner {
    private let dockerfile: Dockerfile
    private let arguments: BuildArguments
    private let platform: Platform
    private var globalScope: [String: String] = [:]
    private var planned: [BuildPlan.Stage] = []
    /// The stages on the way from the target to the one that is looked at.
    private var path: [Int] = []

    init(_ dockerfile: Dockerfile, arguments: BuildArguments, platform: Platform) {
        self.dockerfile = dockerfile
        self.arguments = arguments
        self.platform = platform
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
            stages: planned, globalScope: globalScope, warnings: dockerfile.warnings + unusedArguments())
    }

    private func index(ofTarget target: String?) throws(Diagnostic) -> Int {
        guard let target else { return dockerfile.stages.count - 1 }
        if let index = lastStage(named: target, before: dockerfile.stages.count) { return index }
        if let number = Int(target), dockerfile.stages.indices.contains(number) { return number }
        let names = dockerfile.stages.compactMap(\.name)
        throw dockerfile.source.error(
            at: SourceLocation(file: dockerfile.source.name, line: 1),
            "there is no stage '\(target)' to build",
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
        for (needed, location) in plan.copiedStages { try visit(needed, from: location) }
        path.removeLast()
        planned.append(plan)
    }

    private func plan(_ stage: Dockerfile.Stage, index: Int) throws(Diagnostic) -> BuildPlan.Stage {
        var steps: [BuildPlan.Step] = []
        for instruction in stage.instructions {
            try InstructionSupport(source: dockerfile.source).check(instruction)
            steps.append(
                BuildPlan.Step(instruction: instruction, origin: try origin(of: instruction, in: index)))
        }
        return BuildPlan.Stage(
            index: index, name: stage.name ?? "stage-\(index)", base: try base(of: stage, index: index),
            platform: try platform(of: stage), steps: steps)
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
        if let earlier = lastStage(named: name, before: index) { return .stage(earlier) }
        if name == "scratch" { return .scratch }
        return .image(try reference(name, at: word), at: word.location)
    }

    private func platform(of stage: Dockerfile.Stage) throws(Diagnostic) -> Platform {
        guard let word = stage.from.platform else { return platform }
        let name = try expand(word)
        do {
            return try Platform(name)
        } catch {
            throw dockerfile.source.error(at: word.location, error.description)
        }
    }

    private func origin(of instruction: Instruction, in stage: Int) throws(Diagnostic) -> BuildPlan.Origin {
        guard case .copy(let copy) = instruction.action, let from = copy.options.from else { return .context }
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
        return .image(try reference(from.text, at: from), at: from.location)
    }

    private func reference(_ name: String, at word: Word) throws(Diagnostic) -> Reference {
        do {
            return try Reference(name)
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
        declared.formUnion(dockerfile.globalArguments.map(\.name.text))
        for case .arg(let declarations) in dockerfile.stages.flatMap(\.instructions).map(\.action) {
            declared.formUnion(declarations.map(\.name.text))
        }
        return arguments.given.keys.sorted().filter { !declared.contains($0) }.map { name in
            dockerfile.source.warning(
                at: SourceLocation(file: dockerfile.source.name, line: 1),
                "the build argument '\(name)' is given but no ARG declares it",
                hint: nearestWord(to: name, in: declared.sorted()).map { "did you mean \($0)?" })
        }
    }
}
