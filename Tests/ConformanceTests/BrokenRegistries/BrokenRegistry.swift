// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// A registry that breaks one promise on purpose, and the scenarios that must notice.
struct BrokenRegistry: Sendable, CustomTestStringConvertible {
    /// What the run has besides the registry.
    enum Tools: Sendable {
        /// Policies can be set.
        case policies
        /// And the registry can be restarted, killed and write-protected.
        case hooks
        /// And there is a second address.
        case secondAddress
    }

    let name: String
    /// The scenario that is there for this fault.
    let caughtBy: String
    /// The others that notice.
    let alsoBy: Set<String>
    let tools: Tools
    /// Makes the registry, and what stands before it.
    let make: @Sendable () -> (MemoryRegistry, any HTTPTransport)

    var testDescription: String { name }

    init(
        _ name: String, by caughtBy: String, also: Set<String> = [], tools: Tools = .policies,
        _ behaviour: Behaviour
    ) {
        self.name = name
        self.caughtBy = caughtBy
        alsoBy = also
        self.tools = tools
        make = {
            let registry = MemoryRegistry(behaviour)
            return (registry, registry)
        }
    }

    /// One that only decides wrongly.
    init(
        _ name: String, by caughtBy: String, also: Set<String> = [], tools: Tools = .policies,
        rule: @escaping Rule
    ) {
        self.init(name, by: caughtBy, also: also, tools: tools, Behaviour(rule: rule))
    }

    /// One whose answers are changed on their way.
    init(
        _ name: String, by caughtBy: String, also: Set<String> = [],
        answer: @escaping @Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse
    ) {
        self.name = name
        self.caughtBy = caughtBy
        alsoBy = also
        tools = .policies
        make = {
            let registry = MemoryRegistry()
            return (registry, AlteringTransport(registry: registry) { answer($0, $1) })
        }
    }

    static let all =
        (atProtocol + atWriteOnce + atDeterministic + racing + atConsistent + atSealed + crashing
            + governing + thorough)

    /// The flows that a run against a broken registry takes: one of each kind, so that all runs together take
    /// seconds.
    static let flows: [PushFlow] = [.dockerSchema2, .ociMonolithic, .dockerList]
}
