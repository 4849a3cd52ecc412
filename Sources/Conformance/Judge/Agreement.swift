// SPDX-License-Identifier: Apache-2.0

/// What one step saw once, for comparison with the other cases and repetitions.
struct Observation: Sendable {
    /// What must be the same wherever the step ran.
    enum Aspect: String, CaseIterable, Sendable {
        /// Accepted or refused.
        case outcome
        /// The whole answer: see ``AnswerShape``.
        case answer
    }

    let step: String
    let aspect: Aspect
    let value: String
    /// The name under which the certificate states the value.
    let statement: String?
    let caseName: String
}

/// Compares what the cases and repetitions of one scenario saw.
struct Agreement {
    let observations: [Observation]

    /// The steps that did not see the same everywhere, each with the classes of answers.
    var findings: [Finding] {
        steps.compactMap { step in
            let seen = observations.filter { $0.step == step }
            let classes = classes(of: seen)
            guard classes.count > 1, let aspect = seen.first?.aspect else { return nil }
            let list = classes.map {
                "\($0.count) × \($0.value)\($0.caseName.isEmpty ? "" : " (first: \($0.caseName))")"
            }
            var finding = Finding(
                "the \(aspect) must be the same everywhere, and there are \(classes.count):\n"
                    + Agreement.list(list))
            finding.step = step
            return finding
        }
    }

    /// So many classes are told; the transcripts have the others.
    private static let shownClasses = 5

    /// Lines for a message, the first ones where there are many.
    static func list(_ classes: [String]) -> String {
        let more = classes.count - shownClasses
        let lines = classes.prefix(shownClasses) + (more > 0 ? ["and \(more) more"] : [])
        return lines.map { "  \($0)" }.joined(separator: "\n")
    }

    /// What the certificate states.
    var statements: [CertifyResult.Statement] {
        var names: [String] = []
        for case let name? in observations.map(\.statement) where !names.contains(name) { names.append(name) }
        return names.map { name in
            let values = Set(observations.filter { $0.statement == name }.map(\.value))
            return CertifyResult.Statement(
                name: name, value: values.count == 1 ? values.first ?? "" : "inconsistent")
        }
    }

    /// True when there is something to compare.
    var isNeeded: Bool { observations.count > 1 }

    private var steps: [String] {
        var steps: [String] = []
        for observation in observations where !steps.contains(observation.step) {
            steps.append(observation.step)
        }
        return steps
    }

    private typealias Class = (value: String, count: Int, caseName: String)

    /// The values in the order in which they were first seen.
    private func classes(of seen: [Observation]) -> [Class] {
        var classes: [Class] = []
        for observation in seen {
            if let index = classes.firstIndex(where: { $0.value == observation.value }) {
                classes[index].count += 1
            } else {
                classes.append((observation.value, 1, observation.caseName))
            }
        }
        return classes
    }
}
