// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText

/// Refuses, before anything is built, what this builder does not do yet.
struct InstructionSupport {
    let source: SourceFile

    func check(_ instruction: Instruction) throws(Diagnostic) {
        switch instruction.action {
        case .run:
            throw source.error(
                at: instruction.location, "RUN is not supported yet",
                hint: "run the command before the build and COPY what it makes")
        case .copy(let copy): try check(copy)
        case .add(let add):
            try check(add)
            try checkSources(of: add)
        default: break
        }
    }

    private func check(_ copy: CopyInstruction) throws(Diagnostic) {
        if let word = copy.options.excludes.first {
            throw source.error(at: word.location, "--exclude is not supported yet", hint: "use .dockerignore")
        }
        guard !copy.options.keepsParents else {
            throw source.error(at: copy.destination.location, "--parents is not supported yet")
        }
    }

    private func checkSources(of add: CopyInstruction) throws(Diagnostic) {
        if let word = add.options.checksum {
            throw source.error(at: word.location, "ADD of a URL is not supported yet")
        }
        guard add.options.unpacks != true else {
            throw source.error(at: add.destination.location, "ADD of an archive is not supported yet")
        }
        for case .path(let word) in add.sources
        where ["http://", "https://", "git@", "git://", "ssh://"].contains(where: word.text.hasPrefix) {
            throw source.error(
                at: word.location, "ADD of a URL is not supported yet",
                hint: "download it before the build and COPY it")
        }
    }
}
