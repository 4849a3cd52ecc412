// SPDX-License-Identifier: Apache-2.0

/// How a word of a command line that begins with a dash is taken apart.
///
/// Source: docker's command line, which reads flags as pflag does.
enum AttachedValues {
    /// `--flag=value`, `-f=value`, `-fvalue` and `-ab` as flags with the values that are attached to them.
    ///
    /// `takesValue` is asked of each one-letter flag: what follows one that does is its value.
    static func split(
        _ word: String, takesValue: (String) -> Bool
    ) -> [(name: String, value: String?)] {
        if word.hasPrefix("--") {
            guard let equals = word.firstIndex(of: "=") else { return [(word, nil)] }
            return [(String(word[..<equals]), String(word[word.index(after: equals)...]))]
        }
        var flags: [(String, String?)] = []
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            let name = "-\(letter)"
            if takesValue(name), !letters.isEmpty {
                return flags + [(name, String(letters.first == "=" ? letters.dropFirst() : letters))]
            }
            flags.append((name, nil))
        }
        return flags
    }
}
