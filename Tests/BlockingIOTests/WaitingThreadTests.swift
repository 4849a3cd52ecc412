// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Dispatch
import Glibc
import Testing

@Suite("Threads that wait for more work")
struct WaitingThreadTests {
    @Test func everyWorkRunsOnceAndReturnsItsOwnValue() async throws {
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<500 {
                group.addTask { try await BlockingThread.run { number } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values.sorted() == Array(0..<500))
    }

    @Test func workThatWaitsForOtherWorkNeverStopsIt() async throws {
        // More than the threads that wait, and than Dispatch would have: each waits until the last has come.
        let all = DispatchGroup()
        let count = 300
        for _ in 0..<count { all.enter() }
        let arrived = try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await BlockingThread.run {
                        all.leave()
                        all.wait()
                    }
                }
            }
            return try await group.reduce(into: 0) { count, _ in count += 1 }
        }
        #expect(arrived == count)
    }

    @Test func workInARowSharesFewThreads() async throws {
        var threads: Set<pthread_t> = []
        for _ in 0..<200 {
            threads.insert(try await BlockingThread.run { pthread_self() })
        }
        // A pause of the machine ends a waiting thread, so a few more than two may be seen.
        #expect(threads.count < 100)
    }

    @Test func anErrorIsTheWorksOwnAndTheNextWorkGoesOn() async throws {
        struct Broken: Error {}
        for _ in 0..<20 {
            await #expect(throws: Broken.self) { try await BlockingThread.run { throw Broken() } }
            #expect(try await BlockingThread.run { 7 } == 7)
        }
    }
}
