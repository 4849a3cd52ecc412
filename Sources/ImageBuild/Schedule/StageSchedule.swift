// SPDX-License-Identifier: Apache-2.0

/// Runs stages side by side, each as soon as those that it needs are done.
struct StageSchedule {
    let stages: [BuildPlan.Stage]
    /// How many run at the same time, at least 1.
    let jobs: Int

    /// Calls `body` for each stage with the states of those that are done by then.
    ///
    /// - Returns: The state of each stage by its index.
    /// - Throws: What the first stage threw that failed; the others are cancelled and have ended.
    func run(
        _ body: @escaping @Sendable (BuildPlan.Stage, [Int: StageState]) async throws -> StageState
    ) async throws -> [Int: StageState] {
        try await withThrowingTaskGroup(of: (Int, StageState).self) { group in
            var finished: [Int: StageState] = [:]
            var waiting = stages
            var running = 0
            while !waiting.isEmpty || running > 0 {
                while running < max(1, jobs),
                    let next = waiting.firstIndex(where: { $0.needs.allSatisfy { finished[$0] != nil } })
                {
                    let (stage, known) = (waiting.remove(at: next), finished)
                    group.addTask { (stage.index, try await body(stage, known)) }
                    running += 1
                }
                guard let (index, state) = try await group.next() else { break }
                finished[index] = state
                running -= 1
            }
            return finished
        }
    }
}
