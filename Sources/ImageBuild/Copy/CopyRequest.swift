// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import LayerArchive
import SourceText

/// What a `COPY` or `ADD` asks for, expanded.
struct CopyRequest {
    /// In their order, without the here-documents.
    var paths: [Word] = []
    var documents: [(name: String, content: String)] = []
    var destination = ""
    var owner: Word?
    var mode: ModeChange?
    var excluded = DockerIgnore().patterns
    /// The patterns of ``excluded`` as they are written.
    var excludedTexts: [String] = []
    var checksum: Word?
    var keepsParents = false
    /// `--link`: the layer does not depend on what is below it.
    var isLinked = false
    var keepsGitFolder = false
    /// `--unpack`; nil for the habit: archives of the context yes, those of URLs no.
    var unpacks: Bool?
    /// What the image's history says.
    var history = ""
}

extension StageBuilder {
    /// Expands the words of a `COPY` or `ADD`.
    func request(for copy: CopyInstruction, of instruction: Instruction) throws(Diagnostic) -> CopyRequest {
        var request = CopyRequest()
        request.keepsParents = copy.options.keepsParents
        // As BuildKit has it: what changes modes is not linked.
        request.isLinked = copy.options.isLinked && copy.options.mode == nil
        request.keepsGitFolder = copy.options.keepsGitFolder
        request.unpacks = copy.options.unpacks
        request.checksum = try copy.options.checksum.map { word throws(Diagnostic) in
            Word(try expand(word), at: word.location)
        }
        request.excludedTexts = try copy.options.excludes.map { word throws(Diagnostic) in try expand(word) }
        request.excluded = try excluded(copy.options.excludes)
        request.history = instruction.keyword.rawValue + (request.keepsParents ? " --parents" : "")
        // `--chown=$user:$group` of two variables that are empty says nothing either.
        if let word = copy.options.owner, case let text = try expand(word), !text.isEmpty,
            text != ":" || word.text == ":"
        {
            request.owner = Word(text, at: word.location)
            request.history += " --chown=\(text)"
        }
        if let word = copy.options.mode, case let text = try expand(word), !text.isEmpty {
            request.mode = try located(word.location) { () throws(Problem) in try ModeChange(text) }
            request.history += " --chmod=\(text)"
        }
        try addSources(of: copy, to: &request)
        request.destination = try expand(copy.destination)
        request.history += " \(request.destination)"
        return request
    }

    private func addSources(of copy: CopyInstruction, to request: inout CopyRequest) throws(Diagnostic) {
        for source in copy.sources {
            switch source {
            case .path(let word):
                request.paths.append(Word(try expand(word), at: word.location))
            case .document(let document):
                request.documents.append((document.opening.name, try content(of: document)))
            }
        }
        for path in request.paths { request.history += " \(path.text)" }
        for document in request.documents { request.history += " <<\(document.name)" }
    }

    private func excluded(_ words: [Word]) throws(Diagnostic) -> PatternList {
        var texts: [String] = []
        for word in words {
            let text = try expand(word)
            guard PatternList([text]) != nil else {
                throw workshop.source.error(
                    at: word.location, "'\(text)' is not a pattern", hint: "close the '['")
            }
            texts.append(text.asName)
        }
        return PatternList(texts) ?? DockerIgnore().patterns
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
