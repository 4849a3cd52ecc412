// SPDX-License-Identifier: Apache-2.0

/// What a script writes whose variable is empty, `--target=$STAGE`, is not given, as docker has it.
extension String? {
    /// nil for an empty text too.
    var given: String? { flatMap { $0.isEmpty ? nil : $0 } }
}

extension [String] {
    /// Without the empty ones.
    var given: [String] { filter { !$0.isEmpty } }
}
