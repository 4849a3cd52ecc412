// SPDX-License-Identifier: Apache-2.0

import ContainerRun

/// Findings for people: a line each, and what to do below it.
struct FindingList {
    private let findings: [Finding]

    init(_ findings: [Finding]) {
        self.findings = findings
    }

    func text(for terminal: Terminal) -> String {
        let width = findings.map(\.subject.count).max() ?? 0
        let markWidth = Finding.State.missing.mark.count
        return findings.map { finding in
            let mark = finding.state.mark.padding(to: markWidth)
            let line =
                terminal.styled(mark, finding.state.style) + "  " + finding.subject.padding(to: width) + "  "
                + finding.detail
            guard let advice = finding.advice else { return line }
            let indent = String(repeating: " ", count: markWidth + width + 4)
            return line + "\n" + terminal.styled("\(indent)→ \(advice)", .dim)
        }.joined(separator: "\n")
    }
}

extension Finding.State {
    fileprivate var mark: String {
        switch self {
        case .fine: "ok"
        case .limited: "limited"
        case .missing: "missing"
        }
    }

    fileprivate var style: Terminal.Style {
        switch self {
        case .fine: .green
        case .limited: .yellow
        case .missing: .red
        }
    }
}
