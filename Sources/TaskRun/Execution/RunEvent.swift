// SPDX-License-Identifier: Apache-2.0

package import ImageBuild
package import OCISpec
package import TaskFile

/// What happens in a run, as it happens.
package enum RunEvent: Sendable {
    case runStarted(RunIdentity, steps: Int)
    /// A try begins: `attempt` counts from 1 over retries and repetitions.
    case stepStarted(StepID, kind: String, attempt: Int)
    case step(StepID, StepNews)
    /// A try failed and another follows after the delay.
    case stepWillRetry(StepID, StepFailure, after: Duration)
    case stepFinished(StepID, StepOutcome, duration: Duration)
    /// The run is over and its record complete, though perhaps not written yet.
    case runFinished(RunRecord)
}

/// What a step has to tell while it is at work.
package enum StepNews: Sendable {
    case build(BuildEvent)
    /// An image is fetched; the name as written.
    case pulling(String)
    case pushing(Reference)
    /// The tag is new.
    case published(Reference, Digest)
    /// The tag names this very image already: nothing was sent.
    case alreadyPublished(Reference, Digest)
    /// A piece of what the step writes, as it is: ``RunLogs`` makes masked lines of it.
    case wrote([UInt8], OutputStream)
    /// A line of what the step writes, without its end, secrets masked.
    case line(String, OutputStream)
    /// Something that a person should know of the step.
    case notice(String)
}
