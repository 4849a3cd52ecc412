// SPDX-License-Identifier: Apache-2.0

import SourceText
import Testing

@Suite struct CredentialsTests {
    @Test(arguments: [
        ("ADD http://usr:s3cret@127.0.0.1/x /x", "ADD http://***@127.0.0.1/x /x"),
        ("https://t0ken@host/a https://u:p@host:80", "https://***@host/a https://***@host:80"),
        ("RUN curl 'https://$USER:$PASS@host/'", "RUN curl 'https://***@host/'"),
        ("https://a:b@c@host/", "https://***@host/"),
        ("ssh://git@host/x.git", "ssh://git@host/x.git"), ("ssh://git:pw@host", "ssh://***@host"),
        ("git@host:x.git", "git@host:x.git"), ("http://host/a@b:c", "http://host/a@b:c"),
        ("http://host?q=a:b@c", "http://host?q=a:b@c"), ("HTTPS://me@host", "HTTPS://***@host"),
        ("a://b@", "a://b@"), ("://", "://"), ("", ""), ("no URL: a@b", "no URL: a@b"),
    ])
    func credentialsOfURLsAreLeftOut(text: String, shown: String) {
        #expect(withoutCredentials(text) == shown)
        #expect(withoutCredentials(shown) == shown)
    }

    @Test func aDiagnosticHasNoneAndItsCaretIsWhereItWas() {
        let line = "ADD http://usr:s3cret@host/x /x"
        let column = line.count - 1
        let diagnostic = Diagnostic(
            at: SourceLocation(file: "Dockerfile", line: 1, column: column),
            "cannot get http://usr:s3cret@host/x", sourceLine: line)
        #expect(
            diagnostic.description == """
                Dockerfile:1:30: error: cannot get http://***@host/x
                  ADD http://***@host/x /x
                                        ^
                """)
    }

    @Test func anOptionHasNoLine() {
        let warning = Diagnostic(.warning, at: SourceLocation(whole: "--cache-from"), "it is not used")
        #expect(warning.description == "--cache-from: warning: it is not used")
    }
}
