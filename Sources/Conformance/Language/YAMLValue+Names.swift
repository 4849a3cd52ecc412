// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import SourceText

extension YAMLValue {
    func tag() throws(Diagnostic) -> Tag {
        let text = try string("a tag")
        do {
            return try Tag(text)
        } catch {
            throw Diagnostic(at: location, "\(error)")
        }
    }

    /// The name of a test image: `a`, `b`; `new` where each use is another image.
    func imageName(allowsFresh: Bool = false) throws(Diagnostic) -> String {
        let text = try string("an image")
        let isWord = text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        guard !text.isEmpty, isWord, text != ImageExpectation.none else {
            throw Diagnostic(
                at: location, "an image's name must be lower-case letters and digits, not \"\(text)\"",
                hint: "scenarios call their images a, b, c")
        }
        guard allowsFresh || text != Place.freshImage else {
            throw Diagnostic(
                at: location, "\"new\" is another image in each step, so nobody can look for it",
                hint: "give the image a name of its own")
        }
        return text
    }

    /// A repository under the case's own; `HOME`, where a user may push who may not push elsewhere.
    func place() throws(Diagnostic) -> Place {
        let text = try string("a repository")
        if text == Place.home.path { return .home }
        do {
            return Place(path: try RepositoryName(text).rawValue)
        } catch {
            throw Diagnostic(at: location, "\(error)")
        }
    }
}

extension Fields {
    /// What stands after `in`; the case's own repository when nothing does.
    func place() throws(Diagnostic) -> Place { try self["in"]?.place() ?? .own }

    /// What stands after `headers`, in the order in which it is written.
    func headers() throws(Diagnostic) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for entry in try self["headers"]?.entries("headers") ?? [] {
            let name = entry.key
            let isName = name.utf8.allSatisfy { byte in
                (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) || byte == 0x2D
            }
            let value = try entry.value.string("a header's value")
            guard !name.isEmpty, isName, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw Diagnostic(at: entry.keyLocation, "\"\(name): \(value)\" is no header")
            }
            headers.append((name, value))
        }
        return headers
    }
}
