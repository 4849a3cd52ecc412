// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// The files that a run leaves for programs.
package enum ReportFile: String, CaseIterable, Sendable {
    case json = "report.json"
    case junit = "junit.xml"

    package func render(_ result: CertifyResult) throws(InvalidValue) -> [UInt8] {
        switch self {
        case .json: try JSONReport.render(result)
        case .junit: Array(JUnitReport.render(result).utf8)
        }
    }
}
