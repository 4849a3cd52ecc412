// SPDX-License-Identifier: Apache-2.0

import SourceText

extension InstructionParser {
    /// Gives a statement its meaning.
    mutating func action(
        of statement: Statement, _ readDocument: DocumentReader
    ) throws(Diagnostic) -> Instruction.Action {
        let arguments = statement.arguments
        switch statement.keyword {
        case .add: return .add(try copy(statement))
        case .arg: return .arg(try argumentDeclarations())
        case .cmd: return .cmd(try command(arguments))
        case .copy: return .copy(try copy(statement))
        case .entrypoint: return .entrypoint(try command(arguments))
        case .env: return .env(try assignments(of: statement))
        case .expose: return .expose(arguments)
        case .from: return .from(try from(statement))
        case .healthcheck: return .healthcheck(try healthcheck(statement))
        case .label: return .label(try assignments(of: statement))
        case .maintainer: return .maintainer(arguments)
        case .onbuild: return .onbuild(try trigger(readDocument))
        case .run: return .run(try run(statement))
        case .shell: return .shell(try shell(arguments))
        case .stopsignal: return .stopsignal(arguments)
        case .user: return .user(arguments)
        case .volume: return .volume(try arrayOrWords(arguments))
        case .workdir: return .workdir(arguments)
        }
    }

    /// The exec form when the text is an array of strings, else the shell form.
    mutating func command(_ arguments: Word) throws(Diagnostic) -> CommandForm {
        if let array = try stringArray(arguments) { return .exec(array.strings) }
        if arguments.text.hasPrefix("['") || arguments.text.hasPrefix("[\"") {
            warnings.append(
                source.warning(
                    at: arguments.location,
                    "not a JSON array of strings, so it goes to the shell as it stands",
                    hint: "use double quotes and commas: [\"program\", \"argument\"]"))
        }
        return .shell(arguments.text)
    }

    /// The items of an array, or words split at blanks.
    mutating func arrayOrWords(_ arguments: Word) throws(Diagnostic) -> [Word] {
        guard let array = try stringArray(arguments) else { return words() }
        return array.strings.map { Word($0, at: arguments.location) }
    }

    /// nil for what is no array at all.
    ///
    /// Source: BuildKit, which gives the shell no array of other things.
    func stringArray(_ arguments: Word) throws(Diagnostic) -> StringArray? {
        if let array = StringArray(arguments.text) { return array }
        guard StringArray.isArrayOfOtherThings(arguments.text) else { return nil }
        throw error(
            at: arguments, "the array has items that are no strings", hint: "put each in double quotes")
    }

    private func shell(_ arguments: Word) throws(Diagnostic) -> [String] {
        guard let array = StringArray(arguments.text), !array.strings.isEmpty else {
            throw error(
                at: arguments, "SHELL takes a JSON array of strings", hint: "SHELL [\"/bin/sh\", \"-c\"]")
        }
        return array.strings
    }

    private mutating func from(_ statement: Statement) throws(Diagnostic) -> FromInstruction {
        let words = words()
        let platform = statement.flags.value("platform")
        guard let image = words.first else { throw error(at: statement.arguments, "FROM needs an image") }
        guard words.count > 1 else {
            return FromInstruction(image: image, platform: platform, name: nil, nameSpelling: nil)
        }
        guard words.count == 3, words[1].text.uppercased() == "AS" else {
            throw error(
                at: words[1], "'\(words[1].text)' after the image",
                hint: "write FROM IMAGE, or FROM IMAGE AS NAME")
        }
        let name = words[2].text.lowercased()
        guard Self.isStageName(name) else {
            throw error(
                at: words[2], "'\(words[2].text)' is not a stage name",
                hint: "a letter, then letters, digits, '-', '_' and '.'")
        }
        return FromInstruction(
            image: image, platform: platform, name: Word(name, at: words[2].location),
            nameSpelling: .init(keyword: words[1].text, name: words[2].text))
    }

    /// Source: Dockerfile reference, "FROM": `[a-z][a-z0-9-_.]*`.
    private static func isStageName(_ name: String) -> Bool {
        guard let first = name.first, first.isASCII, first.isLetter else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    private mutating func trigger(_ readDocument: DocumentReader) throws(Diagnostic) -> Instruction {
        var parser = self
        let instruction = try parser.parse(readDocument)
        warnings += parser.warnings
        guard ![.onbuild, .from, .maintainer].contains(instruction.keyword) else {
            throw source.error(
                at: instruction.location, "\(instruction.keyword.rawValue) is not allowed as ONBUILD trigger",
                hint: "a trigger runs in the stage that begins with this image: write another instruction")
        }
        return instruction
    }
}
