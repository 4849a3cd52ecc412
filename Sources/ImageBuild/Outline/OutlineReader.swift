// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText

/// Walks through the stages of a plan and notes what they can be given.
///
/// What a base image brings into the environment is not known here, and is empty.
struct OutlineReader {
    /// What one stage names; of a name that it has twice the first counts.
    private struct Findings {
        var arguments: [BuildOutline.Argument] = []
        var secrets: [BuildOutline.Requirement] = []
        var agents: [BuildOutline.Requirement] = []
    }

    private let plan: PlatformPlan
    private var variables: [Int: Variables] = [:]

    private var dockerfile: Dockerfile { plan.dockerfile }

    init(_ plan: PlatformPlan) {
        self.plan = plan
    }

    mutating func read() throws(Diagnostic) -> BuildOutline {
        var stages: [Findings] = []
        for stage in plan.plan.stages { stages.append(try findings(in: stage)) }
        // What the target itself says of a name goes before what other stages say of it.
        let ordered = Array(stages.reversed())
        let target = plan.plan.stages.last.map { dockerfile.stages[$0.index] }
        return BuildOutline(
            source: dockerfile.source, target: target?.name,
            description: target.flatMap { stage in stage.name.flatMap { stage.opening.description(of: $0) } },
            arguments: Self.merged(ordered.flatMap(\.arguments), by: \.name, \.lines),
            secrets: Self.merged(ordered.flatMap(\.secrets), by: \.name, \.lines),
            agents: Self.merged(ordered.flatMap(\.agents), by: \.name, \.lines))
    }

    private static func merged<Value>(
        _ all: [Value], by name: (Value) -> String, _ lines: (Value) -> ClosedRange<Int>
    ) -> [Value] {
        var seen: Set<String> = []
        let first = all.filter { seen.insert(name($0)).inserted }
        return first.sorted { (lines($0).lowerBound, name($0)) < (lines($1).lowerBound, name($1)) }
    }

    private mutating func findings(in stage: BuildPlan.Stage) throws(Diagnostic) -> Findings {
        var known = Variables()
        if case .stage(let base) = stage.base, let inherited = variables[base] { known = inherited }
        known.enterStage()
        var found = Findings()
        let opening = dockerfile.stages[stage.index].from
        for word in [opening.image, opening.platform].compactMap(\.self) {
            for name in names(in: word) { addGlobal(name, to: &found) }
        }
        for instruction in stage.steps.map(\.instruction) {
            switch instruction.action {
            case .arg(let declarations):
                for declaration in declarations {
                    add(declaration, of: instruction, to: &found, &known)
                }
            case .env(let assignments):
                let before = known
                for assignment in assignments {
                    known.set(expand(assignment.name, before), to: expand(assignment.value, before))
                }
            case .run(let run): try add(run.mounts, of: instruction, to: &found, known)
            default: break
            }
        }
        variables[stage.index] = known
        return found
    }

    // MARK: Arguments

    private func add(
        _ declaration: ArgumentDeclaration, of instruction: Instruction, to found: inout Findings,
        _ known: inout Variables
    ) {
        let name = declaration.name.text
        let value =
            plan.arguments.given[name] ?? declaration.defaultValue.map { expand($0, known) }
            ?? plan.plan.globalScope[name]
        known.declare(name, value)
        guard declaration.defaultValue != nil || !addGlobal(name, to: &found) else { return }
        found.arguments.append(
            BuildOutline.Argument(
                name: name, description: instruction.description(of: name), value: value,
                lines: instruction.lines))
    }

    /// Adds an `ARG` from before the first `FROM`, and those that its default needs.
    ///
    /// - Returns: False when there is none of the name.
    @discardableResult
    private func addGlobal(_ name: String, to found: inout Findings) -> Bool {
        if found.arguments.contains(where: { $0.name == name }) { return true }
        for instruction in dockerfile.globalInstructions {
            guard case .arg(let declarations) = instruction.action,
                let declaration = declarations.last(where: { $0.name.text == name })
            else { continue }
            found.arguments.append(
                BuildOutline.Argument(
                    name: name, description: instruction.description(of: name),
                    value: plan.plan.globalScope[name], lines: instruction.lines))
            guard let word = declaration.defaultValue, plan.arguments.given[name] == nil else { return true }
            for needed in names(in: word) where needed != name { addGlobal(needed, to: &found) }
            return true
        }
        return false
    }

    // MARK: Mounts

    private func add(
        _ flags: [MountFlag], of instruction: Instruction, to found: inout Findings, _ known: Variables
    ) throws(Diagnostic) {
        for flag in flags {
            let mount = try flag.resolve(in: dockerfile.source) { (word) throws(Diagnostic) in
                expand(word, known)
            }
            switch mount.kind {
            case .secret(let name, _, let isRequired, _):
                found.secrets.append(.init(name: name, isRequired: isRequired, lines: instruction.lines))
            case .ssh(let name, let isRequired, _):
                found.agents.append(.init(name: name, isRequired: isRequired, lines: instruction.lines))
            case .bind, .cache, .tmpfs: break
            }
        }
    }

    // MARK: Words

    /// The word as it is where it cannot be expanded without the base image.
    private func expand(_ word: Word, _ variables: Variables) -> String {
        let expander = Expander(escape: dockerfile.directives.escape) { variables.value(of: $0) }
        return (try? expander.expand(word)) ?? word.text
    }

    private final class Names {
        var all: [String] = []
    }

    private func names(in word: Word) -> [String] {
        let names = Names()
        let scope = plan.plan.globalScope
        let expander = Expander(escape: dockerfile.directives.escape) { name in
            names.all.append(name)
            return scope[name]
        }
        _ = try? expander.expand(word)
        return names.all
    }
}
