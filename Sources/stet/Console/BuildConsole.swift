// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec

/// Tells a build's events to a person, one line each.
struct BuildConsole: Sendable {
    let terminal: Terminal
    /// Stands before each line.
    let prefix: String

    func show(_ event: BuildEvent) {
        switch event {
        case .warning(let diagnostic): terminal.line("\(diagnostic)")
        case .stage(let name, let base, _): say("stage \(name): FROM \(base)")
        case .step(_, let number, let text): say("  \(number). \(text)")
        case .layer(let layer): say("     layer \(layer.digest), \(layer.size.bytesText)")
        case .finished(let image): say("image \(image.manifest.digest)")
        }
    }

    private func say(_ text: String) {
        terminal.line("\(terminal.styled("[\(prefix)]", .bold)) \(text)")
    }
}

extension Int64 {
    /// `512 B`, `1.5 MB`: powers of 1,000.
    var bytesText: String {
        var value = Double(self)
        var units = ["B", "kB", "MB", "GB", "TB"][...]
        while value >= 1_000, units.count > 1 {
            value /= 1_000
            units.removeFirst()
        }
        guard self >= 1_000 else { return "\(self) B" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units.first ?? "")"
    }
}
