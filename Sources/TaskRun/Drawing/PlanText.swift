// SPDX-License-Identifier: Apache-2.0

package import TaskFile

/// A plan as text: steps in the order in which they can run, those that can run together under one rule.
package enum PlanText {
    package static func render(_ plan: RunPlan, mask: SecretMask = SecretMask([])) -> String {
        let layers = PlanLayers(plan).layers
        let width = plan.steps.map(\.id.name.count).max() ?? 0
        var lines: [String] = []
        for (number, layer) in layers.enumerated() {
            for (index, step) in layer.enumerated() {
                let rule =
                    layer.count == 1 ? "─" : index == 0 ? "┬" : index == layer.count - 1 ? "└" : "├"
                let lead = index == 0 ? "\(number + 1)".leftPadded(to: 3) : "   "
                let name = step.id.name + String(repeating: " ", count: width - step.id.name.count)
                lines.append(
                    "\(lead) \(rule)─ \(name)  \(kind(step))  \(mask.mask(step.summary).cut(to: 70))"
                        + notes(of: step, after: number))
            }
        }
        return lines.joined(separator: "\n") + (lines.isEmpty ? "" : "\n")
    }

    private static func kind(_ step: RunPlan.Step) -> String {
        step.action.kind + String(repeating: " ", count: 5 - step.action.kind.count)
    }

    /// What else decides about the step.
    private static func notes(of step: RunPlan.Step, after layer: Int) -> String {
        var notes: [String] = []
        if !step.dependencies.isEmpty {
            let names = step.dependencies.map(\.name).sorted().joined(separator: ", ")
            notes.append("after \(names)")
        }
        if let condition = step.condition {
            notes.append("if \(condition.words)")
        }
        if step.policy.retries > 0 { notes.append("\(step.policy.retries) retries") }
        if step.policy.repetitions > 0 { notes.append("\(step.policy.repetitions + 1) times") }
        if step.policy.ignoresErrors { notes.append("errors ignored") }
        if case .command(let command) = step.action, command.isDetached { notes.append("detached") }
        return notes.isEmpty ? "" : "  (\(notes.joined(separator: "; ")))"
    }
}

extension StepCondition {
    /// `exited with 1, 2 and not with 0`.
    fileprivate var words: String {
        let list = { (codes: Set<Int>) in codes.sorted().map { "\($0)" }.joined(separator: ", ") }
        let parts = [
            exitedWith.isEmpty ? nil : "exited with \(list(exitedWith))",
            exitedWithout.isEmpty ? nil : "exited without \(list(exitedWithout))",
        ]
        return parts.compactMap(\.self).joined(separator: " and ")
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - count)) + self
    }
}
