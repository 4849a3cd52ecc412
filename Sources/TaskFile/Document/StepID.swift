// SPDX-License-Identifier: Apache-2.0

/// The name of a step; other steps and hosts on its network know it by that.
package struct StepID: Hashable, Sendable, CustomStringConvertible {
    /// Stands for the start of the run in `when`; no step can be called so.
    static let root = StepID("acb_root")

    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    /// What a step without an `id` is called.
    ///
    /// - Parameter index: Its position in the file, from 0.
    init(defaultAt index: Int) {
        self.init("acb_step_\(index)")
    }

    package var description: String { name }
}
