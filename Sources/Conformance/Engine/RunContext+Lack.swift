// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// Why a scenario cannot run.
struct Lack: Sendable {
    /// One clause: what it needs, and how to give it that.
    let reason: String
    /// True when the promise has no subject in this run, so that nothing is missing without it.
    var isInapplicable = false

    static func inapplicable(_ reason: String) -> Lack {
        Lack(reason: "not applicable: \(reason)", isInapplicable: true)
    }
}

extension RunContext {
    /// What a scenario lacks here; nil when it can run.
    func lack(of scenario: Scenario) -> Lack? {
        if scenario.given == .governed {
            guard request.names == .nested else {
                return Lack(reason: "it needs repositories under repositories, and --names flat makes none")
            }
            guard let setup else {
                return Lack(reason: "it needs a way to set policies, and none was given (--setup)")
            }
            if let reason = setup.untestedPolicies {
                return Lack(reason: "it needs a way to set policies, and there is none here: \(reason)")
            }
        }
        for need in scenario.needs {
            if let lack = lack(of: need) { return lack }
        }
        return nil
    }

    private func lack(of need: Need) -> Lack? {
        switch need {
        case .secondAddress:
            request.secondAddress == nil
                ? Lack(reason: "it needs a second address of the registry, and none was given (--second)")
                : nil
        case .hook(let hook):
            hooks?.offers(hook) == true
                ? nil : Lack(reason: "it needs a way to do \(hook.rawValue), and none was given (--hooks)")
        case .user(let role): lack(of: role)
        case .policyRights:
            if setup == nil {
                .inapplicable("it needs a --setup that can ask for a change of policies as the writer")
            } else {
                facts.attemptLack.map { .inapplicable($0) }
            }
        case .policyPreview:
            setup?.offersPreviews == true
                ? nil
                : .inapplicable("it needs a --setup whose registry tells what a policy would protect")
        }
    }

    private func lack(of role: Role) -> Lack? {
        guard role != .writer else { return nil }
        guard let users else { return .inapplicable("this run sends as one user only") }
        switch role {
        case .writer: return nil
        case .anonymous: return facts.anonymousLack.map { .inapplicable($0) }
        case .tokenHolder: return facts.tokenLack.map { .inapplicable($0) }
        case .reader, .administrator, .scoped:
            if facts.unproven.contains(role) {
                return .inapplicable(
                    "whether the password of \(role.rawValue) is right cannot be told: /v2/ is open, and a push "
                        + "without the right is answered 401, as one with a wrong password is")
            }
            guard !users.named.contains(role) else { return nil }
            return .inapplicable("it needs \(role.noun), and none was named (--users, \(role.rawValue))")
        }
    }
}
