// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// The vocabulary of steps.
enum StepKeyword: String, CaseIterable, Sendable {
    case push
    case upload
    case mount
    case send
    case abort
    case hold
    case race
    case time
    case pull
    case resolve
    case list
    case catalog
    case delete
    case `repeat`
    case policy
    case sample
    case attempt
    case hook
    case compare
    case revisit

    func read(_ source: StepSource) throws(Diagnostic) -> any StepAction {
        switch self {
        case .push: try PushStep(source)
        case .upload: try UploadStep(source)
        case .mount: try MountStep(source)
        case .send: try SendStep(source)
        case .abort: try AbortStep(source)
        case .hold: try HoldStep(source)
        case .race: try RaceStep(source)
        case .time: try TimeStep(source)
        case .pull: try PullStep(source)
        case .resolve: try ResolveStep(source)
        case .list: try ListStep(source)
        case .catalog: try CatalogStep(source)
        case .delete: try DeleteStep(source)
        case .repeat: try RepeatStep(source)
        case .policy: try PolicyStep(source)
        case .sample: try SampleStep(source)
        case .attempt: try AttemptStep(source)
        case .hook: try HookStep(source)
        case .compare: try CompareStep(source)
        case .revisit: try RevisitStep(source)
        }
    }
}
