// SPDX-License-Identifier: Apache-2.0

package import TaskFile

/// A plan as an SVG picture: a box for each step, from left to right, and a line to each that waits for it.
package enum PlanPicture {
    private static let box = (width: 220.0, height: 58.0)
    private static let gap = (x: 70.0, y: 22.0)
    private static let margin = 24.0

    package static func render(_ plan: RunPlan, mask: SecretMask = SecretMask([])) -> String {
        let layers = PlanLayers(plan)
        let tallest = Double(max(1, layers.layers.map(\.count).max() ?? 1))
        let width = margin * 2 + Double(max(1, layers.layers.count)) * (box.width + gap.x) - gap.x
        let height = margin * 2 + tallest * (box.height + gap.y) - gap.y
        var parts = [head(width: width, height: height)]
        let place = { (id: StepID) -> (x: Double, y: Double)? in
            guard let place = layers.places[id] else { return nil }
            let count = Double(layers.layers[place.layer].count)
            let top = (height - count * (box.height + gap.y) + gap.y) / 2
            return (
                margin + Double(place.layer) * (box.width + gap.x),
                top + Double(place.index) * (box.height + gap.y)
            )
        }
        for step in plan.steps {
            guard let end = place(step.id) else { continue }
            for dependency in step.dependencies.sorted(by: { $0.name < $1.name }) {
                if let start = place(dependency) {
                    parts.append(edge(from: start, to: end, isConditional: step.condition != nil))
                }
            }
        }
        for step in plan.steps {
            if let corner = place(step.id) { parts.append(node(step, at: corner, mask: mask)) }
        }
        return parts.joined(separator: "\n") + "\n</svg>\n"
    }

    private static func head(width: Double, height: Double) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width.point) \(height.point)" width="\(width.point)" \
        height="\(height.point)" role="img" aria-label="the steps of the task">
        <style>
          svg { font-family: ui-sans-serif, system-ui, "Segoe UI", "DejaVu Sans", sans-serif; background: #ffffff; }
          .box { fill: #f8fafc; stroke: #cbd5e1; stroke-width: 1; } .name { fill: #0f172a; font-size: 14px; font-weight: 600; }
          .what { fill: #64748b; font-size: 11px; } .edge { fill: none; stroke: #94a3b8; stroke-width: 1.5; }
          .conditional { stroke-dasharray: 5 4; } .tip { fill: #94a3b8; }
          .cmd { fill: #7c3aed; } .build { fill: #0284c7; } .push { fill: #059669; }
          @media (prefers-color-scheme: dark) { svg { background: #0b1220; } .box { fill: #152033; stroke: #334155; }
            .name { fill: #e2e8f0; } .what { fill: #94a3b8; } .edge { stroke: #64748b; } .tip { fill: #64748b; } }
        </style>
        <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
        <path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>
        """
    }

    private static func edge(
        from start: (x: Double, y: Double), to end: (x: Double, y: Double), isConditional: Bool
    ) -> String {
        let (x1, y1) = (start.x + box.width, start.y + box.height / 2)
        let (x2, y2) = (end.x - 2, end.y + box.height / 2)
        let bend = max(gap.x / 2, (x2 - x1) / 2)
        return """
            <path class="edge\(isConditional ? " conditional" : "")" marker-end="url(#tip)" d="M\(x1.point) \(y1.point) \
            C\((x1 + bend).point) \(y1.point) \((x2 - bend).point) \(y2.point) \(x2.point) \(y2.point)"/>
            """
    }

    private static func node(
        _ step: RunPlan.Step, at corner: (x: Double, y: Double), mask: SecretMask
    ) -> String {
        let summary = mask.mask(step.summary)
        let kind = step.action.kind
        return """
            <g transform="translate(\(corner.x.point) \(corner.y.point))"><title>\(summary.asMarkup)</title>\
            <rect class="box" width="\(box.width.point)" height="\(box.height.point)" rx="8"/>\
            <rect class="\(kind)" x="0.5" y="10" width="4" height="\((box.height - 20).point)" rx="2"/>\
            <text class="name" x="16" y="25">\(step.id.name.cut(to: 22).asMarkup)</text>\
            <text class="what" x="16" y="43">\(kind) · \(summary.cut(to: 26).asMarkup)</text></g>
            """
    }
}
