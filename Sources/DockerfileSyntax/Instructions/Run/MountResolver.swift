// SPDX-License-Identifier: Apache-2.0

package import SourceText

extension MountFlag {
    /// Expands the values and gives the mount its meaning.
    ///
    /// - Throws: At an option that this type of mount does not have, a value that is none, and where the target is
    ///   missing.
    ///
    /// Source: Dockerfile reference, "RUN --mount".
    package func resolve(
        in source: SourceFile, _ expand: (Word) throws(Diagnostic) -> String
    ) throws(Diagnostic) -> Mount {
        var values: [Option: Word] = [:]
        for field in fields {
            guard let value = field.value else {
                values[field.option] = Word("true", at: field.location)
                continue
            }
            values[field.option] = Word(try expand(value), at: value.location)
        }
        // The later of `readonly` and `readwrite` counts.
        let switches = fields.map(\.option).filter { $0 == .readOnly || $0 == .readWrite }
        let resolver = MountResolver(
            flag: self, source: source, values: values, lastSwitch: switches.last)
        return try resolver.resolve()
    }
}

/// The values of one mount on their way to its meaning.
private struct MountResolver {
    private enum Kind: String, CaseIterable {
        case bind, cache, tmpfs, secret, ssh

        /// What this type takes besides `type`, `target`, `readonly` and `readwrite`.
        var options: Set<MountFlag.Option> {
            switch self {
            case .bind: [.from, .source]
            case .cache: [.from, .source, .id, .sharing, .mode, .uid, .gid]
            case .tmpfs: [.size]
            case .secret: [.source, .id, .required, .mode, .uid, .gid, .env]
            case .ssh: [.source, .id, .required, .mode, .uid, .gid]
            }
        }
    }

    let flag: MountFlag
    let source: SourceFile
    let values: [MountFlag.Option: Word]
    let lastSwitch: MountFlag.Option?

    func resolve() throws(Diagnostic) -> Mount {
        let kind = try choice(.type, of: Kind.self) ?? .bind
        let everywhere: Set<MountFlag.Option> = [.type, .target, .readOnly, .readWrite]
        for field in flag.fields where !everywhere.union(kind.options).contains(field.option) {
            throw source.error(
                at: field.location, "a \(kind.rawValue) mount has no option '\(field.option.rawValue)'")
        }
        let isReadOnly = try isReadOnly(unlessSaid: kind != .cache && kind != .tmpfs)
        switch kind {
        case .bind:
            let content = Mount.Kind.bind(from: text(.from), source: text(.source) ?? "/")
            return Mount(content, target: target, isReadOnly: isReadOnly)
        case .cache: return Mount(try cache(), target: target, isReadOnly: isReadOnly)
        case .tmpfs:
            return Mount(.tmpfs(sizeBytes: try size()), target: target, isReadOnly: isReadOnly)
        case .secret: return try secret(isReadOnly: isReadOnly)
        case .ssh:
            let content = Mount.Kind.ssh(
                identity: text(.id) ?? text(.source) ?? "default", isRequired: try isOn(.required) ?? false,
                access: try access(mode: 0o600))
            return Mount(content, target: text(.target), isReadOnly: isReadOnly)
        }
    }

    // MARK: Kinds

    private func cache() throws(Diagnostic) -> Mount.Kind {
        // As in BuildKit, `x` is another cache than `/x`, wherever the working folder is.
        let place = target.hasPrefix("/") ? CleanPath.absolute(target) : CleanPath.relative(target)
        return .cache(
            identity: text(.id) ?? place,
            sharing: try choice(.sharing, of: Mount.Sharing.self) ?? .shared,
            seed: text(.from).map { Mount.Seed(from: $0, source: text(.source) ?? "/") },
            access: try access(mode: 0o755))
    }

    private func secret(isReadOnly: Bool) throws(Diagnostic) -> Mount {
        if let id = values[.id], text(.id) != nil, text(.source) != nil {
            throw source.error(at: id.location, "a secret has an id or a source, not both")
        }
        let target = text(.target)
        guard let identity = text(.id) ?? text(.source) ?? target.map(Self.lastComponent) else {
            throw source.error(
                at: flag.word.location, "a secret mount needs an id or a target",
                hint: "write --mount=type=secret,id=NAME")
        }
        let variable = text(.env)
        let content = Mount.Kind.secret(
            identity: identity, variable: variable, isRequired: try isOn(.required) ?? false,
            access: try access(mode: 0o400))
        let usual = variable == nil ? "/run/secrets/\(Self.lastComponent(identity))" : nil
        return Mount(content, target: target ?? usual, isReadOnly: isReadOnly)
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    // MARK: Values

    /// An empty value is none.
    private func text(_ option: MountFlag.Option) -> String? {
        values[option].flatMap { $0.text.isEmpty ? nil : $0.text }
    }

    /// Without one, the working folder.
    private var target: String { text(.target) ?? "." }

    private func isReadOnly(unlessSaid habit: Bool) throws(Diagnostic) -> Bool {
        switch lastSwitch {
        case .readWrite: return try isOn(.readWrite).map { !$0 } ?? habit
        case .readOnly: return try isOn(.readOnly) ?? habit
        default: return habit
        }
    }

    private func isOn(_ option: MountFlag.Option) throws(Diagnostic) -> Bool? {
        guard let word = values[option] else { return nil }
        switch word.text {
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        default: throw refusal(word, option, "true or false")
        }
    }

    private func choice<Choice: CaseIterable & RawRepresentable>(
        _ option: MountFlag.Option, of choices: Choice.Type
    ) throws(Diagnostic) -> Choice? where Choice.RawValue == String {
        guard let word = values[option] else { return nil }
        if let found = Choice(rawValue: word.text.lowercased()) { return found }
        let known = Choice.allCases.map(\.rawValue)
        throw source.error(
            at: word.location, "unknown \(option.rawValue) '\(word.text)' of --mount",
            hint: nearestWord(to: word.text, in: known).map { "did you mean \($0)?" }
                ?? "it is one of \(known.joined(separator: ", "))")
    }

    private func access(mode habit: UInt32) throws(Diagnostic) -> Mount.Access {
        Mount.Access(
            mode: try number(.mode, radix: 8, upTo: 0o7777, "an octal mode from 0 to 7777") ?? habit,
            user: try number(.uid, radix: 10, upTo: .max, "the number of a user") ?? 0,
            group: try number(.gid, radix: 10, upTo: .max, "the number of a group") ?? 0)
    }

    private func number(
        _ option: MountFlag.Option, radix: Int, upTo limit: UInt32, _ what: String
    ) throws(Diagnostic) -> UInt32? {
        guard let word = values[option] else { return nil }
        guard let number = UInt32(word.text, radix: radix), number <= limit else {
            throw refusal(word, option, what)
        }
        return number
    }

    private func size() throws(Diagnostic) -> Int64? {
        guard let word = values[.size] else { return nil }
        guard let bytes = ByteCount(word.text)?.bytes else {
            throw refusal(word, .size, "a size such as 64m")
        }
        return bytes
    }

    private func refusal(_ word: Word, _ option: MountFlag.Option, _ what: String) -> Diagnostic {
        source.error(at: word.location, "\(option.rawValue) is '\(word.text)', not \(what)")
    }
}
