// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SourceText

/// What happens in a build, as it happens.
///
/// Stages run side by side, so events of several may come at once, from several threads.
package enum BuildEvent: Sendable {
    case warning(Diagnostic)
    /// Something is got, unpacked or sent; ``over(_:_:)`` follows, and where bytes move ``moving(_:_:)`` before it.
    case began(BuildErrand)
    case moving(BuildErrand, BuildMovement)
    case over(BuildErrand, BuildStepEnd)
    /// A name stands for this manifest now.
    case image(Reference, Digest)
    /// A stage begins. `steps` counts the triggers of its base and its instructions, without the `FROM`.
    case stage(BuildStage, base: String, steps: Int)
    case step(BuildStep)
    /// What the command of a `RUN` wrote; pieces end anywhere.
    case output(BuildStep, BuildOutput)
    /// The instruction added a layer.
    case layer(BuildStep, Descriptor)
    case ended(BuildStep, BuildStepEnd)
    /// Steps that a cache elsewhere knows, or that were written there.
    case cacheImported(CacheLocation, steps: Int)
    case cacheExported(CacheLocation, steps: Int)
    case finished(BuiltImage)
}

/// One instruction of a stage while it is carried out.
package struct BuildStep: Hashable, Sendable {
    package let stage: BuildStage
    /// In its stage, from 1.
    package let number: Int
    /// How many its stage has.
    package let count: Int
    /// The instruction on one line.
    package let text: String
    package let location: SourceLocation
}

package struct BuildOutput: Hashable, Sendable {
    package enum Stream: String, Hashable, Sendable {
        case standardOutput = "stdout"
        case standardError = "stderr"
    }

    package let stream: Stream
    package let bytes: [UInt8]
}

/// How a step ended.
package enum BuildStepEnd: Hashable, Sendable {
    case done(Duration)
    /// Nothing was done: the cache knows what comes out.
    case cached
    case failed(Duration)
}
