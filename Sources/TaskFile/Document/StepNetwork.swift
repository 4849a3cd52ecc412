// SPDX-License-Identifier: Apache-2.0

/// The network that a step joins.
package enum StepNetwork: Hashable, Sendable {
    /// The task declares no networks: all its steps share one bridge.
    case implicit
    /// One that the task declares.
    case named(TaskNetwork)
    case host
    /// The task declares networks, and none is the default: a network of the step's own, without names.
    case none
    /// One that exists outside the task; `none` among them, which is no network at all.
    case other(String)
}

extension TaskDocument {
    /// The network of a step: its own, else the command line's, else the last default of the task's.
    package func network(of step: TaskStep) -> StepNetwork {
        if let name = step.container.network ?? externalNetwork {
            if let declared = networks.last(where: { $0.name == name }) { return .named(declared) }
            return name == "host" ? .host : .other(name)
        }
        if let last = networks.last(where: \.isDefault) { return .named(last) }
        return networks.isEmpty ? .implicit : .none
    }
}
