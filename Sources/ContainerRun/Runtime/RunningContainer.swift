// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import Synchronization

/// A container that was started.
package final class RunningContainer: Sendable {
    private let program: LaunchedProgram
    private let work: Task<Result<ContainerExit, ContainerError>, Never>
    private let isStopped: Flag

    /// Set once, from any thread.
    private final class Flag: Sendable {
        private let value = Mutex(false)

        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }

    init(
        _ program: LaunchedProgram, _ bundle: ContainerBundle, readers: (OpenFile, OpenFile),
        runtime: ContainerRuntime.Name, _ process: ContainerProcess, _ output: @escaping ContainerOutput
    ) {
        let isStopped = Flag()
        self.program = program
        self.isStopped = isStopped
        let lastWords = Outcome<String>()
        work = Task {
            async let first: Void = OutputPipe.drain(readers.0) { await output(.output, $0) }
            async let second: Void = OutputPipe.drain(readers.1) { bytes in
                if runtime == .crun, let words = RuntimeLog.lastWords(bytes) {
                    lastWords.value.withLock { $0 = words }
                } else {
                    await output(.error, bytes)
                }
            }
            _ = await (first, second)
            let status = await program.wait()
            return await BlockingThread.result {
                defer { bundle.cleanUp(wasKilled: status > 128) }
                let failure = status == 0 ? nil : bundle.failure() ?? lastWords.value.withLock { $0 }
                if let failure {
                    return .failure(RuntimeLog.error(failure, of: runtime, program: process.arguments[0]))
                }
                return .success(RunningContainer.exit(status, of: bundle))
            }
        }
    }

    /// Ends the container when nobody has it any more.
    deinit { program.stop(after: .zero) }

    /// Waits for the end.
    package func wait() async throws(ContainerError) -> ContainerExit {
        try await work.value.get()
    }

    /// Waits for the end, which is a cancellation when that is what ended it.
    func outcome() async -> Result<ContainerExit, ContainerError> {
        let result = await work.value
        return isStopped.isSet ? .failure(.cancelled) : result
    }

    /// Sends a signal to the container's first process; does nothing when that has ended.
    package func signal(_ number: Int32) {
        program.signal(number)
    }

    /// Asks the container to end (SIGTERM), and ends it when it has not after `grace`.
    ///
    /// Comes back at once; ``wait()`` says when it is over.
    package func stop(after grace: Duration) {
        isStopped.set()
        program.stop(after: grace)
    }

    private static func exit(_ status: Int32, of bundle: ContainerBundle) -> ContainerExit {
        guard status > 128 else { return .code(status) }
        return status == 128 + SIGKILL && bundle.ranOutOfMemory ? .outOfMemory : .signal(status - 128)
    }
}
