// SPDX-License-Identifier: Apache-2.0

/// What somebody tries to do to the policies of a registry who does not administer it.
package enum PolicyAttempt: String, CaseIterable, Sendable {
    /// Closes a place that is somebody else's.
    case create
    /// Switches off what makes a repository write-once.
    case disable
    /// Removes it.
    case delete
}

/// How a registry answered an attempt.
package enum AttemptOutcome: Hashable, Sendable {
    /// With 401, 403 or 404: it asked first who is asking.
    case turnedAway(String)
    /// With another refusal: it looked at its policies first.
    case refused(String)
    /// It was done; what could not be undone, as one clause, else nil.
    case done(left: String?)
}
