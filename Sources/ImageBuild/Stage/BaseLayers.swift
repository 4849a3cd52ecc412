// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The layers that a stage begins with: to unpack or read them is no part of the step that needs it first, but an
/// errand of its own.
struct BaseLayers: Sendable {
    enum Need: Sendable {
        case unpacked
        case read
    }

    let stage: BuildStage
    /// What the stage begins with, for people.
    let name: String
    let count: Int
    let progress: @Sendable (BuildEvent) -> Void

    /// Does what a step needs done with the layers below it.
    ///
    /// `body` calls `missing` with the index of a layer that is not unpacked, or not read, before it does that. The
    /// errand begins with the first of the stage's base; where there is none nothing is told.
    func prepare<Value: Sendable, Failure>(
        _ need: Need, for clock: StepClock?,
        _ body: (_ missing: @escaping @Sendable (_ index: Int) -> Void) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let (errand, start) = (errand(need), StartTime())
        let tell = { (end: (Duration) -> BuildStepEnd) in
            guard let began = start.time else { return }
            let duration = began.duration(to: .now)
            clock?.leaveOut(duration)
            progress(.over(errand, end(duration)))
        }
        let value: Value
        do {
            value = try await body { index in
                if index < count, start.set() { progress(.began(errand)) }
            }
        } catch {
            tell { .failed($0) }
            throw error
        }
        tell { .done($0) }
        return value
    }

    private func errand(_ need: Need) -> BuildErrand {
        switch need {
        case .unpacked: BuildErrand(.unpacking(stage), name)
        case .read: BuildErrand(.reading(stage), name)
        }
    }
}

/// When something began, if it did.
private final class StartTime: Sendable {
    private let instant = Mutex<ContinuousClock.Instant?>(nil)

    var time: ContinuousClock.Instant? { instant.withLock(\.self) }

    /// - Returns: True for the first one who calls.
    func set() -> Bool {
        instant.withLock { instant in
            guard instant == nil else { return false }
            instant = .now
            return true
        }
    }
}
