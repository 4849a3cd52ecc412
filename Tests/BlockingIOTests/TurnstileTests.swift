// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Synchronization
import Testing

@Suite struct TurnstileTests {
    @Test(arguments: [1, 3])
    func noMoreAreInsideThanThereArePlaces(places: Int) async {
        let turnstile = Turnstile(places: places)
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await turnstile.pass {
                        counts.enter()
                        await Task.yield()
                        counts.leave()
                    }
                }
            }
        }
        #expect(counts.total == 50)
        #expect(counts.most <= places)
    }

    @Test func whoThrowsGivesThePlaceUp() async {
        struct Refusal: Error {}
        let turnstile = Turnstile(places: 1)
        await #expect(throws: Refusal.self) { try await turnstile.pass { throw Refusal() } }
        #expect(await turnstile.pass { 1 } == 1)
    }

    private final class Counts: Sendable {
        private let state = Mutex((inside: 0, most: 0, total: 0))

        var most: Int { state.withLock { $0.most } }
        var total: Int { state.withLock { $0.total } }

        func enter() {
            state.withLock { state in
                state.inside += 1
                state.total += 1
                state.most = max(state.most, state.inside)
            }
        }

        func leave() { state.withLock { $0.inside -= 1 } }
    }
}
