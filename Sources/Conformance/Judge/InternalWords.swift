// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// Words of an answer that are about the inside of a registry: its hosts, its code, its files, its database.
///
/// Source: CWE-209, "Generation of Error Message Containing Sensitive Information"; RFC 1918, section 3; RFC 6762,
/// section 3; RFC 8375.
enum InternalWords {
    /// Made for each question: an expression cannot be shared among tasks.
    private static var signs: [(noun: String, pattern: Regex<Substring>)] {
        [
            (
                "an address of a private network",
                #/\b(?:10|127)(?:\.\d{1,3}){3}\b|\b(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2}\b/#
            ),
            (
                "a host of a private network",
                #/\b[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.(?:internal|local|localdomain|lan|intranet|svc|home\.arpa)\b/#
            ),
            (
                "a stack trace",
                #/\bat [\w.$<>\/]+ ?\([^)\n]*:\d+\)|Traceback \(most recent call last\)|goroutine \d+ \[|File \\?"[^"\n]+", line \d+/#
            ),
            ("a line of source code", #/[\w-]+\.(?:go|java|kt|py|rb|js|ts|cs|rs|php|swift|scala|cpp):\d+\b/#),
            ("the name of an exception", #/\b[a-z]\w*(?:\.[a-z]\w*)+\.[A-Z]\w*(?:Exception|Error)\b/#),
            (
                "a file of the registry",
                #/(?:^|[\s"'(=])\/(?:var|srv|mnt|home|usr|opt|etc|root|tmp)\/[\w.\/-]+/#
            ),
            (
                "words of a database",
                #/\bSQLSTATE\b|\bpq: |\bORA-\d{5}\b|duplicate key value violates|UNIQUE constraint failed/#
            ),
        ]
    }

    /// Looks for what a text says of the inside.
    ///
    /// - Parameters:
    ///   - text: Of an answer.
    ///   - known: What whoever asked knows already: the host, the repository, the tag.
    /// - Returns: `a stack trace: "at Tags.put(Tags.java:12)"`; nil when it says nothing.
    static func first(in text: String, except known: [String]) -> String? {
        // A name may look like an address.
        let rest = known.filter { !$0.isEmpty }.reduce(text) { $0.replacing($1, with: "…") }
        for sign in signs {
            guard let match = rest.firstMatch(of: sign.pattern) else { continue }
            return "\(sign.noun): \"\(ForeignText.line(String(match.output), limit: 80))\""
        }
        return nil
    }
}
