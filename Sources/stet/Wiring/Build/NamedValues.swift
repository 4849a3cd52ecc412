// SPDX-License-Identifier: Apache-2.0

/// `NAME=VALUE` options.
enum NamedValues {
    /// The later of two with one name wins; a bare `NAME` takes what `missing` gives, and is left out for nil.
    static func parse(
        _ texts: [String], _ option: String, missing: (String) -> String? = { _ in "" }
    ) throws -> [String: String] {
        var values: [String: String] = [:]
        for text in texts {
            let name = String(text.prefix { $0 != "=" })
            guard !name.isEmpty else {
                throw CommandFailure(
                    "\(option) must be NAME=VALUE, not \"\(text)\"", exitCode: CommandFailure.usage)
            }
            values[name] = name.count < text.count ? String(text.dropFirst(name.count + 1)) : missing(name)
        }
        return values
    }
}
