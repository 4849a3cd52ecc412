// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// The files that a run leaves.
package enum ReportFile: String, CaseIterable, Sendable {
    case json = "report.json"
    case junit = "junit.xml"
    case html = "report.html"
    case markdown = "summary.md"
    case badge = "badge.svg"

    package func render(_ result: CertifyResult) throws(InvalidValue) -> [UInt8] {
        switch self {
        case .json: try JSONReport.render(result)
        case .junit: Array(JUnitReport.render(result).utf8)
        case .html: try HTMLReport.render(result)
        case .markdown: Array(MarkdownReport.render(result).utf8)
        case .badge: Array(BadgeReport.render(result).utf8)
        }
    }
}
