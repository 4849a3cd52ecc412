// SPDX-License-Identifier: Apache-2.0

import Dispatch
import SourceText
import TaskFile

/// Reads a task file with aliases, whatever it is: it ends, with a document or with errors that have places.
func feed(bytes: UnsafePointer<UInt8>?, count: Int) -> Int32 {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        await read("version: v1.1.0\n" + text)
        done.signal()
    }
    done.wait()
    return 0
}

private func read(_ text: String) async {
    let run = RunVariables(id: "7", registry: "r.io", started: UTCTime(secondsSinceEpoch: 1_795_218_706))
    let resolvers = TaskResolvers(
        aliasSource: { name throws(TaskResolveError) in "a: \(name.count)\nb: $ID" },
        secret: { secret throws(TaskResolveError) in "secret of \(secret.id)" })
    do {
        let document = try await TaskParser.load(
            text, file: "t", inputs: TaskInputs(run: run), resolvers: resolvers)
        for step in document.steps {
            let values = document.visibleOutputs(of: step.id).mapValues { _ in "a b" }
            _ = try? step.resolving(outputs: values)
            _ = document.network(of: step)
            if case .command(let command) = step.action { _ = try? ShellWords(command.value) }
        }
    } catch {
        for diagnostic in error.all {
            precondition(diagnostic.location.line > 0 && !diagnostic.message.isEmpty)
        }
    }
}
