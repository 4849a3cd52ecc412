// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec

/// What an administrator does with policies; every change leaves an audit event.
enum PolicyChange: Sendable {
    case create(Policy)
    /// The members of the JSON object take the place of the policy's own.
    case update(PolicyScope, JSONValue, Condition)
    case delete(PolicyScope, Condition)

    enum Outcome: Sendable {
        case done(Policy)
        case exists
        /// The condition is not true of the policy as it stands.
        case stale(Policy)
        case unknown
        case invalid(InvalidPolicy)
    }

    /// `actor` is who the audit trail says has done it; nil for whoever sent the request.
    func perform(_ facts: Facts, actor: String? = nil) throws -> Outcome {
        switch self {
        case .create(let policy):
            guard try facts.policy(for: policy.scope) == nil else { return .exists }
            if let fault = PolicyChange.fault(in: policy) { return .invalid(fault) }
            try facts.set(policy)
            try facts.append(event(.policyCreated, actor, after: policy))
            return .done(policy)
        case .update(let scope, let members, let condition):
            guard let old = try facts.policy(for: scope) else { return .unknown }
            guard condition.holds(for: old) else { return .stale(old) }
            let new: Policy
            do throws(InvalidPolicy) {
                new = try old.changed(by: members)
                // A policy from an older stet can be switched off whatever its patterns are.
                if new.enabled || !new.hasPatterns(of: old) { try new.checkReach() }
            } catch {
                return .invalid(error)
            }
            guard new != old else { return .done(old) }
            try facts.set(new)
            try facts.append(event(.policyChanged, actor, before: old, after: new))
            return .done(new)
        case .delete(let scope, let condition):
            guard let old = try facts.policy(for: scope) else { return .unknown }
            guard condition.holds(for: old) else { return .stale(old) }
            try facts.removePolicy(for: scope)
            try facts.append(event(.policyDeleted, actor, before: old))
            return .done(old)
        }
    }

    private static func fault(in policy: Policy) -> InvalidPolicy? {
        do throws(InvalidPolicy) {
            try policy.checkReach()
            return nil
        } catch {
            return error
        }
    }

    private func event(
        _ action: AuditEvent.Action, _ actor: String?, before: Policy? = nil, after: Policy? = nil
    ) -> AuditEvent {
        var event = AuditEvent(action)
        event.actor = actor
        event.policy = (after ?? before)?.scope.description
        event.detail = .object(["before": before?.json ?? .null, "after": after?.json ?? .null])
        return event
    }
}
