// SPDX-License-Identifier: Apache-2.0

extension RunContext {
    /// Why nothing can be said from these exchanges: a policy of somebody else's, of another run for one, had a hand in
    /// them; nil when none had.
    func interference(in policies: Set<String>) -> Finding? {
        guard let setup, let policy = policies.sorted().first(where: setup.isForeign) else { return nil }
        return Finding(
            "a policy that is not of this run refused something: \(ForeignText.line(policy)); certify again when whoever made it is done"
        )
    }
}
