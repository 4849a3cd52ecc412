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
        /// And there are users.
        case users(AttemptOutcome)
    }

    let name: String
    /// The scenario that is there for this fault.
    let caughtBy: String
    /// The others that notice.
    let alsoBy: Set<String>
    let tools: Tools
    /// Makes the registry, and what stands before it.
    let make: @Sendable () -> (MemoryRegistry, any HTTPTransport)
    /// Makes one with users; nil where there are none.
    let makeGuarded: (@Sendable () -> GuardedRegistry)?

    var testDescription: String { name }

    init(
        _ name: String, by caughtBy: String, also: Set<String> = [], tools: Tools = .policies,
        _ behaviour: Behaviour
    ) {
        self.name = name
        self.caughtBy = caughtBy
        alsoBy = also
        self.tools = tools
        makeGuarded = nil
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
        makeGuarded = nil
        make = {
            let registry = MemoryRegistry()
            return (registry, AlteringTransport(registry: registry) { answer($0, $1) })
        }
    }

    /// One with users, and what becomes of an attempt to change its policies.
    init(
        _ name: String, by caughtBy: String, also: Set<String> = [],
        attempted: AttemptOutcome = .turnedAway("403 Forbidden"),
        _ door: @escaping @Sendable () -> GuardedRegistry = { GuardedRegistry() }
    ) {
        self.name = name
        self.caughtBy = caughtBy
        alsoBy = also
        tools = .users(attempted)
        makeGuarded = door
        make = {
            let door = door()
            return (door.registry, door)
        }
    }

    static let all =
        (atProtocol + atWriteOnce + atDeterministic + racing + atConsistent + atSealed + crashing
            + governing + guarded + thorough)

    /// The flows that a run against a broken registry takes: one of each kind, so that all runs together take
    /// seconds.
    static let flows: [PushFlow] = [.dockerSchema2, .ociMonolithic, .dockerList]
}
