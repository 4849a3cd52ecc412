// SPDX-License-Identifier: Apache-2.0

/// The words of a command line as the parser takes them.
enum CommandWords {
    /// Spells what a person wrote for the parser.
    ///
    /// `build prune` becomes one word; `--name=` becomes `--name` and an empty word, for else the parser takes the
    /// word behind it as the value. Words behind `--` stay.
    static func spelt(_ words: [String]) -> [String] {
        var words = BuildPrune.joined(words)[...]
        var spelt: [String] = []
        while let word = words.popFirst() {
            if word == "--" { return spelt + [word] + words }
            let isEmptyValue = word.hasPrefix("--") && word.firstIndex(of: "=") == word.indices.last
            spelt += isEmptyValue && word.count > 3 ? [String(word.dropLast()), ""] : [word]
        }
        return spelt
    }

    /// Names commands in a message of the parser as a person writes them.
    static func shown(_ message: String) -> String {
        message.replacing("stet \(BuildPrune.name)", with: "stet build prune")
    }
}
