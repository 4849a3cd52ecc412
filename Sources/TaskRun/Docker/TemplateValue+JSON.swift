// SPDX-License-Identifier: Apache-2.0

import OCISpec
import TaskFile

extension TemplateValue {
    /// A value of JSON, for a format to read.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .boolean(value)
        case .integer(let value): self = .integer(Int(value))
        case .number(let value): self = .number(value)
        case .string(let text): self = .text(text)
        case .array(let items): self = .list(items.map { TemplateValue($0) })
        case .object(let members): self = .map(members.mapValues { TemplateValue($0) })
        }
    }
}
