// SPDX-License-Identifier: Apache-2.0

import Dispatch
import SourceText
import TaskFile

/// Renders a template, whatever it is: it ends, with a text or with an error that has a place.
func feed(bytes: UnsafePointer<UInt8>?, count: Int) -> Int32 {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        await render(text)
        done.signal()
    }
    done.wait()
    return 0
}

private func render(_ text: String) async {
    readFormat(text)
    var inputs = TaskInputs(
        run: RunVariables(id: "7", registry: "r.io", started: UTCTime(secondsSinceEpoch: 1_795_218_706)))
    inputs.allowedEnvironment = ["A": "1"]
    try? inputs.addValues("n: 5\nname: app\nlist: [a, b, {c: d}]\nmap: {k: v}\nflag: yes\n", file: "v")
    do {
        _ = try await TaskParser.render(text, file: "t", inputs: inputs)
    } catch {
        for diagnostic in error.all {
            precondition(diagnostic.location.line > 0 && !diagnostic.message.isEmpty)
        }
    }
}

/// The same text as a format of docker's.
private func readFormat(_ text: String) {
    let value = TemplateValue.map([
        "Id": .text("sha256:0"), "Env": .list([.text("A=1"), .text("B")]),
        "State": .map(["ExitCode": .integer(0)]),
    ])
    do {
        _ = try DockerFormat(text).render(value)
    } catch {
        precondition(error.location.line > 0 && !error.message.isEmpty)
    }
}
