// SPDX-License-Identifier: Apache-2.0

/// On which exit codes of the steps that it waits for a step runs.
package struct StepCondition: Hashable, Sendable {
    /// Empty for any.
    package let exitedWith: Set<Int>
    package let exitedWithout: Set<Int>

    package init(exitedWith: Set<Int> = [], exitedWithout: Set<Int> = []) {
        self.exitedWith = exitedWith
        self.exitedWithout = exitedWithout
    }

    /// Whether the step runs when the steps that it waits for ended with these codes.
    package func holds(forExitCodes codes: [Int]) -> Bool {
        codes.allSatisfy { (exitedWith.isEmpty || exitedWith.contains($0)) && !exitedWithout.contains($0) }
    }
}
