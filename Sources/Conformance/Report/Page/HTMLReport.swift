// SPDX-License-Identifier: Apache-2.0

import Mustache
package import OCISpec

/// A result as one page: `report.html`, without scripts and without anything from the network.
package enum HTMLReport {
    /// UTF-8.
    package static func render(_ result: CertifyResult) throws(InvalidValue) -> [UInt8] {
        do {
            return Array(try MustacheTemplate(string: PageTemplate.text).render(ReportPage(result)).utf8)
        } catch {
            throw InvalidValue("page template", "report.html", "\(error)")
        }
    }
}
