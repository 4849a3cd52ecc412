// SPDX-License-Identifier: Apache-2.0

/// A number with its noun: `1 round`, `5 rounds`, `2 repositories`.
func counted(_ count: Int, _ noun: String) -> String {
    if count == 1 { return "1 \(noun)" }
    return noun.hasSuffix("y") ? "\(count) \(noun.dropLast())ies" : "\(count) \(noun)s"
}
