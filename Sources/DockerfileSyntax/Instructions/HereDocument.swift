// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A text inside a Dockerfile: `COPY <<name /file` and the lines up to `name`.
package struct HereDocument: Hashable, Sendable {
    package struct Opening: Hashable, Sendable {
        /// The terminator; for `COPY` and `ADD` also the file's name.
        package let name: String
        /// The name was not quoted: variables in the content are expanded.
        package let expands: Bool
        /// `<<-`: tabs at the start of each line are dropped.
        package let dropsTabs: Bool
        /// The digits before `<<`, for `RUN`; 0 where there are none.
        package let fileDescriptor: Int
        package let location: SourceLocation
    }

    package let opening: Opening
    /// Every line ends with a newline.
    package let content: String
    /// The line of the terminator, counted from 1.
    let lastLine: Int
}

extension HereDocument.Opening {
    /// Reads `<<NAME`, `<<-NAME`, `3<<"NAME"`.
    ///
    /// - Returns: nil when `word` opens no here-document.
    init?(_ word: Word) {
        self.init(word.text, at: word.location)
    }

    /// Reads `<< NAME` and `3<< "NAME"`, which are two words.
    ///
    /// What ends with a parenthesis is no name: it stands in `$((1 << 2))`.
    ///
    /// - Returns: nil where the two words open no here-document.
    ///
    /// Source: BuildKit, for `RUN` alone; `<<- NAME` is none there.
    init?(_ operator: Word, named name: Word) {
        guard HereDocument.Opening.isOperator(`operator`), !name.text.contains("<"), !name.text.hasSuffix(")")
        else { return nil }
        self.init(`operator`.text + name.text, at: `operator`.location)
    }

    /// True for `<<` alone, digits before it or not.
    static func isOperator(_ word: Word) -> Bool {
        word.text.drop { $0.isASCII && $0.isNumber } == "<<"
    }

    private init?(_ text: String, at location: SourceLocation) {
        var rest = Substring(text)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        guard rest.hasPrefix("<<") else { return nil }
        rest = rest.dropFirst(2)
        dropsTabs = rest.first == "-"
        if dropsTabs { rest = rest.dropFirst() }
        let bare = rest.filter { $0 != "\"" && $0 != "'" }
        guard !bare.isEmpty, !bare.contains("<") else { return nil }
        name = bare
        expands = bare.count == rest.count
        fileDescriptor = Int(digits) ?? 0
        self.location = location
    }
}
