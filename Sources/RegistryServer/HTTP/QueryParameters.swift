// SPDX-License-Identifier: Apache-2.0

/// The part of an address after `?`.
struct QueryParameters: Sendable {
    private let items: [(name: String, value: String)]

    /// - Parameter query: `name=value` pairs between `&`. A `+` means itself, as in `application/x+json`.
    init(_ query: String?) {
        items = (query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let text = { (index: Int) in
                parts.count > index ? percentDecoded(parts[index]) ?? String(parts[index]) : ""
            }
            return (text(0), text(1))
        }
    }

    /// The first value called `name`.
    subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// All values called `name`, in their order.
    func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}

/// Replaces every `%41` by its byte, once.
///
/// - Returns: nil for a `%` without two digits after it, and for bytes that are not UTF-8.
func percentDecoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
        else {
            return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}
