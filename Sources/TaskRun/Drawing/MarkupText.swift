// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text where markup is read: in HTML, in SVG, in attributes.
    var asMarkup: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // What neither XML nor people can read.
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// At most so many characters, the last one an ellipsis where something is left out.
    func cut(to count: Int) -> String {
        self.count > count ? prefix(max(0, count - 1)) + "…" : self
    }
}

extension Double {
    /// One digit after the point: coordinates.
    var point: String { "\((self * 10).rounded() / 10)" }
}
