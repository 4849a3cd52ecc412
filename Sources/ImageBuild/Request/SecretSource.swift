// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// Where the bytes of a secret for `RUN --mount=type=secret` are.
///
/// They are in no layer, no cache key, no history and no message.
package enum SecretSource: Hashable, Sendable {
    case file(FilePath)
    /// The value of a variable of this process.
    case variable(String)
    case bytes([UInt8])

    /// Reads `id=NAME[,src=FILE|env=VARIABLE]`: without either, the variable NAME if `isSet` says so, else the
    /// file NAME.
    ///
    /// Source: docker buildx build, `--secret`.
    package static func parse(
        _ text: String, isSet: (String) -> Bool
    ) throws(InvalidValue) -> (id: String, source: SecretSource) {
        let fields = try OptionFields(text, noun: "secret", keys: ["id", "src", "source", "env", "type"])
        let id = try fields.required("id")
        switch fields["type"] {
        case nil, "file", "env": break
        case let type?: throw InvalidValue("secret", text, "the type \"\(type)\" is neither file nor env")
        }
        if let variable = fields["env"] { return (id, .variable(variable)) }
        if let file = fields["src", "source"] {
            return (id, fields["type"] == "env" ? .variable(file) : .file(FilePath(file)))
        }
        if fields["type"] != "file", isSet(id) { return (id, .variable(id)) }
        return (id, .file(FilePath(id)))
    }
}
