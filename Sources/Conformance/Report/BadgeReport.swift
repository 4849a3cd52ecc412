// SPDX-License-Identifier: Apache-2.0

/// The level as a badge: `badge.svg`, for a README.
package enum BadgeReport {
    package static func render(_ result: CertifyResult) -> String {
        let (label, value) = ("write-once", result.stopped == nil ? text(result) : "incomplete")
        let colour = result.stopped == nil ? colour(result.level) : "#66707a"
        // A glyph of Verdana at 11 pixels is about 6.6 wide, and each side has a margin of 6.
        let (left, right) = (label.count * 66 / 10 + 12, value.count * 66 / 10 + 12)
        let width = left + right
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="20" role="img" aria-label="\(label): \(value)">
            <title>\(label): \(value)</title>
            <clipPath id="r"><rect width="\(width)" height="20" rx="3"/></clipPath>
            <g clip-path="url(#r)"><rect width="\(left)" height="20" fill="#444"/>\
            <rect x="\(left)" width="\(right)" height="20" fill="\(colour)"/></g>
            <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\
            <text x="\(left / 2)" y="14">\(label)</text><text x="\(left + right / 2)" y="14">\(value)</text></g>
            </svg>

            """
    }

    private static func text(_ result: CertifyResult) -> String { result.level?.rawValue ?? "not certified" }

    private static func colour(_ level: Level?) -> String {
        switch level {
        case nil, .protocol: "#c0392b"
        case .writeOnce, .deterministic: "#8a5a0f"
        case .consistent: "#55731a"
        case .sealed, .governed: "#2e7d32"
        }
    }
}
