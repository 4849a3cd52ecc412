// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Draws live lines ten times a second for as long as something runs.
enum LiveFrames {
    private static let spacing = DispatchTimeInterval.milliseconds(100)

    /// Calls `draw` for each frame while `body` runs, and once more, with `true`, when it has ended.
    static func show<Value: Sendable>(
        _ draw: @escaping @Sendable (_ isLast: Bool) -> Void, during body: () async throws -> Value
    ) async throws -> Value {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "stet.frames"))
        timer.schedule(deadline: .now() + spacing, repeating: spacing)
        timer.setEventHandler { draw(false) }
        timer.resume()
        defer {
            timer.cancel()
            draw(true)
        }
        return try await body()
    }
}
