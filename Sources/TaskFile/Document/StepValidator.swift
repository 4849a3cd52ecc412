// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Checks steps in the order of the file and finds what each waits for.
///
/// Every check looks at one thing, in the order that ACR Tasks has them, so that the first problem of a step
/// is the one that people see there.
struct StepValidator {
    private let volumes: Set<String>
    /// Of all steps of the file.
    private let ids: Set<StepID>
    private(set) var nodes: [TaskGraph.Node] = []
    /// The steps that each waits for, directly or not.
    private(set) var ancestors: [StepID: Set<StepID>] = [:]
    /// Where the steps so far, valid or not, got their names.
    private var places: [StepID: SourceLocation] = [:]
    private var previous: StepID?

    init(volumes: Set<String>, ids: Set<StepID>) {
        self.volumes = volumes
        self.ids = ids
    }

    /// - Throws: The first problem, at its place in the file. Later steps can still name this one.
    mutating func check(_ step: WrittenStep) throws(Diagnostic) {
        let id = step.id.value
        let before = previous
        let isNew = places[id] == nil
        let firstPlace = places[id]
        if isNew { places[id] = step.id.location }
        previous = id
        try checkCounts(step)
        try checkAction(step)
        try checkMounts(step)
        try checkWhen(step)
        if let cache = step.cache, !["enabled", "disabled"].contains(cache.value.lowercased()) {
            throw Diagnostic(at: cache.location, "cache must be enabled or disabled, not \"\(cache.value)\"")
        }
        guard id != .root else {
            throw Diagnostic(
                at: step.id.location, "the id \"\(id)\" is reserved: it stands for the start of the run")
        }
        if let firstPlace {
            throw Diagnostic(
                at: step.id.location, "a second step is called \"\(id)\"",
                hint: "the first one is in line \(firstPlace.line)")
        }
        let dependencies = try dependencies(of: step, after: before)
        nodes.append(TaskGraph.Node(id: id, dependencies: dependencies))
        ancestors[id] = dependencies.reduce(into: dependencies) { $0.formUnion(ancestors[$1] ?? []) }
    }

    private func checkCounts(_ step: WrittenStep) throws(Diagnostic) {
        for (name, number) in [("retries", step.retries), ("repeat", step.repetitions)] {
            if let number, number.value < 0 {
                throw Diagnostic(
                    at: number.location, "\(name) must not be negative, and it is \(number.value)")
            }
        }
    }

    private func checkAction(_ step: WrittenStep) throws(Diagnostic) {
        let kinds = [
            step.command == nil ? nil : "cmd", step.build == nil ? nil : "build",
            step.push.isEmpty ? nil : "push",
        ].compactMap { $0 }
        guard kinds.count < 2 else {
            throw Diagnostic(
                at: step.location,
                "a step has one of cmd, build and push, and this one has \(kinds.joined(separator: " and "))")
        }
        if let space = step.id.value.name.first(where: \.isWhitespace) {
            throw Diagnostic(
                at: step.id.location, "the id \"\(step.id.value)\" has white space",
                hint: space == " "
                    ? "write \(step.id.value.name.split(separator: " ").joined(separator: "-"))" : nil)
        }
        guard kinds.count == 1 else {
            throw Diagnostic(
                at: step.location, "a step needs one of cmd, build and push, and not an empty one")
        }
    }

    private func checkMounts(_ step: WrittenStep) throws(Diagnostic) {
        guard let first = step.mounts.first else { return }
        guard step.push.isEmpty else {
            throw Diagnostic(at: first.location, "a push step has no container to mount volumes in")
        }
        var paths: Set<String> = []
        for mount in step.mounts {
            guard !mount.volume.isEmpty, !mount.path.isEmpty else {
                throw Diagnostic(at: mount.location, "a volume mount needs name and mountPath")
            }
            guard paths.insert(mount.path).inserted else {
                throw Diagnostic(at: mount.location, "two volumes are mounted at \"\(mount.path)\"")
            }
            guard volumes.contains(mount.volume) else {
                throw Diagnostic(
                    at: mount.location, "no volume is called \"\(mount.volume)\"",
                    hint: nearestWord(to: mount.volume, in: volumes.sorted()).map {
                        "did you mean \"\($0)\"?"
                    })
            }
        }
    }

    private func checkWhen(_ step: WrittenStep) throws(Diagnostic) {
        if step.when.count > 1, let dash = step.when.first(where: { $0.value == "-" }) {
            throw Diagnostic(
                at: dash.location, "\"-\" in when means \"at once\" and must be alone")
        }
        if let own = step.when.first(where: { $0.value == step.id.value.name }) {
            throw Diagnostic(at: own.location, "the step \"\(step.id.value)\" waits for itself")
        }
    }

    /// Without `when`, a step waits for the one above it.
    private func dependencies(of step: WrittenStep, after before: StepID?) throws(Diagnostic) -> Set<StepID> {
        guard !step.when.isEmpty else { return before.map { [$0] } ?? [] }
        var dependencies: Set<StepID> = []
        for name in step.when where name.value != "-" && name.value != StepID.root.name {
            guard places[StepID(name.value)] != nil else { throw unknown(name) }
            dependencies.insert(StepID(name.value))
        }
        return dependencies
    }

    private func unknown(_ name: Located<String>) -> Diagnostic {
        guard !ids.contains(StepID(name.value)) else {
            return Diagnostic(
                at: name.location, "when names \"\(name.value)\", which comes later in the file",
                hint: "a step can only wait for steps above it: move this one down")
        }
        let known = places.keys.map(\.name).sorted()
        return Diagnostic(
            at: name.location, "when names \"\(name.value)\", and no step is called that",
            hint: nearestWord(to: name.value, in: known).map { "did you mean \"\($0)\"?" })
    }
}
