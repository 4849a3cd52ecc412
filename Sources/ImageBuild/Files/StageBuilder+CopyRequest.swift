// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

extension StageBuilder {
    /// What a `COPY` or `ADD` asks for, expanded.
    struct CopyRequest {
        var paths: [Word] = []
        var documents: [(name: String, content: String)] = []
        var destination = ""
        var ownerText: String?
        var ownerLocation: SourceLocation
        var mode: UInt32?
        /// What the image's history says.
        var history = ""
    }

    func request(for copy: CopyInstruction, of instruction: Instruction) throws(Diagnostic) -> CopyRequest {
        var request = CopyRequest(ownerLocation: copy.options.owner?.location ?? instruction.location)
        request.history = instruction.keyword.rawValue
        if let word = copy.options.owner, case let text = try expand(word), !text.isEmpty {
            request.ownerText = text
            request.history += " --chown=\(text)"
        }
        if let word = copy.options.mode, case let text = try expand(word), !text.isEmpty {
            request.mode = try mode(text, at: word.location)
            request.history += " --chmod=\(text)"
        }
        for source in copy.sources {
            switch source {
            case .path(let word):
                let path = Word(try expand(word), at: word.location)
                request.paths.append(path)
                request.history += " \(path.text)"
            case .document(let document):
                request.documents.append((document.opening.name, try content(of: document)))
                request.history += " <<\(document.opening.name)"
            }
        }
        request.destination = try expand(copy.destination)
        request.history += " \(request.destination)"
        return request
    }

    private func mode(_ text: String, at location: SourceLocation) throws(Diagnostic) -> UInt32 {
        guard let mode = UInt32(text, radix: 8), mode <= 0o7777 else {
            throw workshop.source.error(
                at: location, "'\(text)' is not an octal mode from 0 to 7777", hint: "write --chmod=755")
        }
        return mode
    }

    private func content(of document: HereDocument) throws(Diagnostic) -> String {
        guard document.opening.expands else { return document.content }
        do {
            return try expander(.literal).expand(document.content)
        } catch {
            throw workshop.source.error(at: document.opening.location, error.message)
        }
    }
}
