// SPDX-License-Identifier: Apache-2.0

/// The variables of a scenario: every combination of their values is one case.
package struct Matrix: Sendable {
    /// The values that a variable takes.
    enum Choice: Sendable {
        case flows([PushFlow])
        /// Every flow that no earlier variable has taken.
        case others
    }

    struct Variable: Sendable {
        let name: String
        let choice: Choice
    }

    let variables: [Variable]

    /// The cases, the last variable turning fastest; one without bindings when there are no variables.
    package var cases: [Binding] { cases(of: nil) }

    /// The cases in which all variables have flows of the given ones; nil for all.
    func cases(of allowed: [PushFlow]?) -> [Binding] {
        let all = allowed ?? PushFlow.allCases
        return variables.reduce([Binding(flows: [])]) { bindings, variable in
            bindings.flatMap { binding in
                let values =
                    switch variable.choice {
                    case .flows(let flows): flows.filter(all.contains)
                    case .others:
                        all.filter { flow in !binding.flows.contains { $0.flow == flow } }
                    }
                return values.map { Binding(flows: binding.flows + [(variable.name, $0)]) }
            }
        }
    }

    /// The values of the variables in one case.
    package struct Binding: Sendable {
        let flows: [(name: String, flow: PushFlow)]

        subscript(_ name: String) -> PushFlow? { flows.first { $0.name == name }?.flow }

        /// For a path: `docker-schema2.oci-chunked`; empty without variables.
        package var id: String { flows.map(\.flow.rawValue).joined(separator: ".") }

        /// For people: `docker-schema2 → oci-chunked`; empty without variables.
        package var name: String { flows.map(\.flow.rawValue).joined(separator: " → ") }
    }
}
