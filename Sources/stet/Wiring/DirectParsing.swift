// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Parses a command by itself, which takes a third of the time of a parser that descends to it: that one makes the
/// descriptions of all options on its way, several times over.
enum DirectParsing {
    /// The command that `words` name.
    ///
    /// - Throws: What the whole parser has to say about them.
    static func parse(_ words: [String]) throws -> any ParsableCommand {
        try command(words) ?? Stet.parseAsRoot(words)
    }

    /// The command that `words` name, parsed; nil when they are wrong, or ask for help or the version, and the whole
    /// parser has to say something about them.
    static func command(_ words: [String]) -> (any ParsableCommand)? {
        guard let (leaf, rest) = leaf(of: Stet.self, words[...]) else { return nil }
        guard let command = try? leaf.parseAsRoot(rest), type(of: command) == leaf else { return nil }
        return command
    }

    private static func leaf(
        of command: any ParsableCommand.Type, _ words: ArraySlice<String>
    ) -> (any ParsableCommand.Type, [String])? {
        let configuration = command.configuration
        guard !configuration.subcommands.isEmpty else { return (command, Array(words)) }
        if let word = words.first,
            let next = configuration.subcommands.first(where: { $0._commandName == word })
        {
            return leaf(of: next, words.dropFirst())
        }
        return configuration.defaultSubcommand.map { ($0, Array(words)) }
    }
}
