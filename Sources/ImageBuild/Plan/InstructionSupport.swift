// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText

/// Refuses, before anything is built, what this builder does not do yet.
struct InstructionSupport {
    let source: SourceFile

    func check(_ instruction: Instruction) throws(Diagnostic) {
        switch instruction.action {
        case .run(let run): try check(run)
        default: break
        }
    }

    private func check(_ run: RunInstruction) throws(Diagnostic) {
        if let word = run.devices.first {
            throw source.error(
                at: word.location, "--device is not supported: there is no device interface (CDI) here")
        }
    }
}
