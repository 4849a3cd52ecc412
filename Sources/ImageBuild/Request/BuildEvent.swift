// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SourceText

/// What happens in a build, as it happens.
///
/// Stages run side by side, so events of several may come at once, from several threads.
package enum BuildEvent: Sendable {
    case warning(Diagnostic)
    /// Something that is not on this machine, or may not be, is asked for; ``fetched(_:_:)`` follows.
    case fetching(BuildFetch)
    case fetched(BuildFetch, BuildStepEnd)
    /// A name stands for this manifest now.
    case image(Reference, Digest)
    /// A stage begins. `steps` counts the triggers of its base and its instructions, without the `FROM`.
    case stage(name: String, base: String, steps: Int)
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

extension BuildEvent {
    /// A line of ours among what a step writes.
    static func note(_ text: String, on step: BuildStep) -> BuildEvent {
        .output(step, BuildOutput(stream: .standardError, bytes: Array("\(text)\n".utf8)))
    }
}

/// Something that a build needs before its steps, while it is got.
package struct BuildFetch: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// An image that a stage begins with or reads, from the local store or a registry.
        case image(platform: Platform)
        /// The build context itself.
        case context
        /// What `--build-context` puts behind a name.
        case namedContext(String)
    }

    package let kind: Kind
    /// What is got, as a person writes it, without secrets.
    package let place: String

    package init(_ kind: Kind, from place: String) {
        self.kind = kind
        self.place = place
    }
}

extension BuildFetch {
    /// Tells of the work while it is done.
    package func report<Value>(
        to progress: (BuildEvent) -> Void, _ work: () async throws -> Value
    ) async throws -> Value {
        progress(.fetching(self))
        let start = ContinuousClock.now
        do {
            let value = try await work()
            progress(.fetched(self, .done(start.duration(to: .now))))
            return value
        } catch {
            progress(.fetched(self, .failed(start.duration(to: .now))))
            throw error
        }
    }
}

/// One instruction of a stage while it is carried out.
package struct BuildStep: Hashable, Sendable {
    /// Of the stage: its name, else `stage-NUMBER`.
    package let stage: String
    /// What the stage is built for.
    package let platform: Platform
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
