// SPDX-License-Identifier: Apache-2.0

package import SourceText

extension BuildArguments {
    package struct Reading: Sendable {
        package internal(set) var arguments = BuildArguments()
        package internal(set) var warnings: [Diagnostic] = []
    }

    /// Finds a fragment of a text from a place on, within a number of lines.
    package typealias Locator = (_ fragment: String, _ start: SourceLocation, _ lineCount: Int) ->
        SourceLocation

    /// Reads the text of a `build` step: `[FLAG…] [CONTEXT]`, the context anywhere, `.` when absent.
    ///
    /// `$NAME` stands for what `variables` has, and else for nothing.
    ///
    /// - Throws: A diagnostic at the first word that is no supported flag, lacks its value, or is one context
    ///   too many.
    package static func read(
        _ text: Located<String>, variables: [String: String] = [:], at locate: @escaping Locator
    ) throws(Diagnostic) -> Reading {
        let lineCount = text.value.count(where: \.isNewline) + 2
        var reader = BuildArgumentReader { locate($0, text.location, lineCount) }
        return try reader.read(text.value, variables)
    }

    /// Reads the same from words that were cut already, those behind `docker build`.
    package static func read(
        _ words: ArraySlice<ShellWords.Word>, at location: SourceLocation
    ) throws(Diagnostic) -> Reading {
        var reader = BuildArgumentReader { _ in location }
        return try reader.read(words)
    }
}

private struct BuildArgumentReader {
    private let locate: (String) -> SourceLocation
    private var reading = BuildArguments.Reading()
    private var words: ArraySlice<ShellWords.Word> = []
    private var hasContext = false

    init(locate: @escaping (String) -> SourceLocation) {
        self.locate = locate
    }

    mutating func read(
        _ text: String, _ variables: [String: String]
    ) throws(Diagnostic) -> BuildArguments.Reading {
        let split: ShellWords
        do {
            split = try ShellWords(text, variables: variables)
        } catch {
            throw Diagnostic(at: locate(error.fragment), error.description, hint: error.hint)
        }
        for name in split.unsetVariables {
            reading.warnings.append(
                Diagnostic(
                    .warning, at: locate("$"), "the variable $\(name) is not set and expands to nothing"))
        }
        return try read(split.words[...])
    }

    mutating func read(
        _ words: ArraySlice<ShellWords.Word>
    ) throws(Diagnostic) -> BuildArguments.Reading {
        self.words = words
        var takesFlags = true
        while let word = self.words.popFirst() {
            if takesFlags, word.text == "--" {
                takesFlags = false
            } else if takesFlags, word.text.hasPrefix("-"), word.text != "-" {
                try takeFlag(word)
            } else {
                try takeContext(word)
            }
        }
        return reading
    }

    private mutating func takeContext(_ word: ShellWords.Word) throws(Diagnostic) {
        guard !hasContext else {
            throw Diagnostic(
                at: locate(word.written), "\"\(word.text)\" is a second build context",
                hint: "a build has one")
        }
        hasContext = true
        reading.arguments.context = BuildContext(word.text)
    }

    private mutating func takeFlag(_ word: ShellWords.Word) throws(Diagnostic) {
        let (name, attached) = Self.split(word.text)
        guard let flag = BuildFlag(name) else {
            throw Diagnostic(
                at: locate(word.written), "\"\(name)\" is no flag of a build",
                hint: nearestWord(to: name, in: BuildFlag.names).map { "did you mean \($0)?" })
        }
        guard flag != .unsupported else {
            throw Diagnostic(
                at: locate(word.written), "the build flag \"\(name)\" is not supported here",
                hint: BuildFlag.unsupportedHints[name])
        }
        guard flag.takesValue else { return try apply(flag, switchedBy: attached, at: word) }
        guard let value = attached ?? words.popFirst()?.text, !value.isEmpty else {
            throw Diagnostic(at: locate(word.written), "the build flag \"\(name)\" needs a value")
        }
        try apply(flag, value, at: word)
    }

    /// `--flag=value`, `-f=value`, `-fvalue` apart.
    private static func split(_ word: String) -> (name: String, value: String?) {
        if word.hasPrefix("--") {
            guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
            return (String(word[..<equals]), String(word[word.index(after: equals)...]))
        }
        guard word.count > 2 else { return (word, nil) }
        let rest = word.dropFirst(2)
        return (String(word.prefix(2)), String(rest.first == "=" ? rest.dropFirst() : rest))
    }

    private mutating func apply(
        _ flag: BuildFlag, switchedBy text: String?, at word: ShellWords.Word
    ) throws(Diagnostic) {
        let isOn: Bool
        switch text {
        case nil, "true", "1": isOn = true
        case "false", "0": isOn = false
        case let other?:
            throw Diagnostic(at: locate(word.written), "\"\(other)\" is neither true nor false")
        }
        switch flag {
        case .noCache: reading.arguments.usesNoCache = isOn
        case .pull: reading.arguments.pulls = isOn
        case .implied: break
        default: warnIgnored(word)
        }
    }

    private mutating func apply(
        _ flag: BuildFlag, _ value: String, at word: ShellWords.Word
    ) throws(Diagnostic) {
        switch flag {
        case .tag: reading.arguments.tags.append(value)
        case .file: reading.arguments.dockerfile = value
        case .target: reading.arguments.target = value
        case .platform: reading.arguments.platforms = value.split(separator: ",").map(String.init)
        case .buildArgument: reading.arguments.buildArguments.append(try assignment(value, at: word))
        case .label: reading.arguments.labels.append(try assignment(value, at: word))
        case .annotation: reading.arguments.annotations.append(try assignment(value, at: word))
        case .namedContext: reading.arguments.namedContexts.append(try assignment(value, at: word))
        case .cacheSource: reading.arguments.cacheSources.append(value)
        case .cacheTarget: reading.arguments.cacheTargets.append(value)
        case .uncachedStage:
            reading.arguments.uncachedStages += value.split(separator: ",").map(String.init)
        case .secret: reading.arguments.secrets.append(value)
        case .agent: reading.arguments.agents.append(value)
        case .host: reading.arguments.hosts.append(value)
        case .entitlement: reading.arguments.entitlements.append(value)
        case .network: reading.arguments.network = value
        case .resourceLimit: reading.arguments.resourceLimits.append(value)
        case .sharedMemory: reading.arguments.sharedMemory = value
        case .result: reading.arguments.results.append(value)
        case .idFile: reading.arguments.idFile = value
        case .metadataFile: reading.arguments.metadataFile = value
        case .attestation: try refuseAttestation(value, at: word)
        default: warnIgnored(word)
        }
    }

    private func refuseAttestation(_ value: String, at word: ShellWords.Word) throws(Diagnostic) {
        guard value != "false", value != "0" else { return }
        throw Diagnostic(
            at: locate(word.written), "\"\(word.text)\" asks for an attestation, and stet makes none",
            hint: "leave the flag out; the record of the run says what an image was made from")
    }

    private func assignment(
        _ text: String, at word: ShellWords.Word
    ) throws(Diagnostic) -> BuildArguments.Assignment {
        guard let equals = text.firstIndex(of: "=") else { return .init(name: text, value: nil) }
        guard equals != text.startIndex else {
            throw Diagnostic(at: locate(word.written), "\"\(text)\" has no name in front of \"=\"")
        }
        return .init(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }

    private mutating func warnIgnored(_ word: ShellWords.Word) {
        reading.warnings.append(
            Diagnostic(
                .warning, at: locate(word.written), "the build flag \"\(word.text)\" has no effect here"))
    }
}
