// SPDX-License-Identifier: Apache-2.0

import SourceText

extension CheckedFile {
    /// `NoEmptyContinuation`.
    func emptyContinuations() -> [CheckWarning] {
        dockerfile.emptyContinuations.map { location in
            warning(
                .noEmptyContinuation, at: location, lines: location.line...location.line,
                "Empty continuation line")
        }
    }

    /// `MaintainerDeprecated` and `LegacyKeyValueFormat`.
    func oldForms() -> [CheckWarning] {
        let maintainers = each(.maintainerDeprecated) { instruction in
            instruction.keyword == .maintainer
                ? "Maintainer instruction is deprecated in favor of using label" : nil
        }
        let pairs = each(.legacyKeyValueFormat) { instruction in
            switch instruction.action {
            case .env(let assignments), .label(let assignments):
                guard assignments.contains(where: { !$0.hasEqualsSign }) else { return nil }
                let name = instruction.keyword.rawValue
                return "\"\(name) key=value\" should be used instead of legacy \"\(name) key value\" format"
            default: return nil
            }
        }
        return maintainers + pairs
    }
}
