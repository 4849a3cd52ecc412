// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SourceText

/// What happens in a build, as it happens.
package enum BuildEvent: Sendable {
    case warning(Diagnostic)
    /// A stage begins. `steps` counts the triggers of its base and its instructions, without the `FROM`.
    case stage(name: String, base: String, steps: Int)
    /// An instruction begins: `number` of its stage, from 1, and its text on one line.
    case step(stage: String, number: Int, text: String)
    /// The instruction added a layer.
    case layer(Descriptor)
    case finished(BuiltImage)
}
