// SPDX-License-Identifier: Apache-2.0

import SourceText
import Testing

@Suite struct DiagnosticTests {
    @Test func aDiagnosticShowsPlaceLineCaretAndHint() {
        let diagnostic = Diagnostic(
            at: SourceLocation(file: "Dockerfile", line: 3, column: 5), "unknown instruction \"COPPY\"",
            hint: "did you mean COPY?", sourceLine: "    COPPY a b")
        #expect(
            diagnostic.description == """
                Dockerfile:3:5: error: unknown instruction "COPPY"
                      COPPY a b
                      ^
                  hint: did you mean COPY?
                """)
    }

    @Test func warningsAloneAreNoReasonToStop() {
        let warning = Diagnostic(.warning, at: SourceLocation(file: "f", line: 1), "odd")
        #expect(Diagnostics(errorsIn: [warning]) == nil)
        #expect(Diagnostics(errorsIn: [warning, Diagnostic(at: warning.location, "bad")])?.all.count == 1)
    }

    @Test func ofALongLineThePartAroundTheColumnIsShown() {
        let line = String(repeating: "a", count: 500) + "b" + String(repeating: "c", count: 500)
        let shown = Diagnostic(at: SourceLocation(file: "f", line: 1, column: 501), "m", sourceLine: line)
            .description.split(separator: "\n").map(Array.init)
        #expect(shown[1].count < 170 && shown[1].contains("…"))
        #expect(shown[1][shown[2].count - 1] == "b")
    }
}
