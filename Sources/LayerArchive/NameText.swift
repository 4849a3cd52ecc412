// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// Names as text that loses nothing, and is equal only where the bytes are: Linux has names of any bytes, and a `String`
/// is Unicode, where `é` is `é` however it is composed.
///
/// A character that joins others, or is another spelling of others, has a stand-in of a plane for private use, and so
/// has each byte that is no part of UTF-8: see ``Swift/Unicode/Scalar/standIns``. What stands for a character does
/// not depend on those around it, so that texts are put together and taken apart as names are, patterns match, and a
/// `/` is a character by itself.
extension String {
    /// The text of a name, or of a link's target.
    package init(nameBytes bytes: [UInt8]) {
        if bytes.allSatisfy({ $0 < 0x80 }) {
            self = String(decoding: bytes, as: UTF8.self)
        } else if let text = String(validating: bytes, as: UTF8.self) {
            self = text.asName
        } else {
            var scalars = UnicodeScalarView()
            String.forEachScalar(of: bytes) { scalar, byte in
                scalars.append(contentsOf: scalar?.standIns ?? [.standIn(for: byte)])
            }
            self.init(scalars)
        }
    }

    /// The text of the name that these characters spell, as a Dockerfile or a pattern has them.
    ///
    /// Not for what is the text of a name already.
    package var asName: String {
        guard !utf8.allSatisfy({ $0 < 0x80 }), unicodeScalars.contains(where: \.needsStandIn) else {
            return self
        }
        var scalars = UnicodeScalarView()
        for scalar in unicodeScalars { scalars.append(contentsOf: scalar.standIns) }
        return String(scalars)
    }

    /// The bytes of a name that this is the text of.
    package var nameBytes: [UInt8] {
        guard mayHaveStandIns else { return Array(utf8) }
        return unicodeScalars.flatMap(\.nameBytes)
    }

    /// For people: the characters themselves, and what is not UTF-8 as `\xFE`.
    package var shownName: String {
        guard mayHaveStandIns else { return self }
        var shown = UnicodeScalarView()
        String.forEachScalar(of: nameBytes) { scalar, byte in
            if let scalar {
                shown.append(scalar)
            } else {
                shown.append(contentsOf: ("\\x" + String(byte, radix: 16, uppercase: true)).unicodeScalars)
            }
        }
        return String(shown)
    }

    /// Calls a C function that takes a name; it must not be kept.
    package func withNameString<Value>(_ body: (UnsafePointer<CChar>) -> Value) -> Value {
        guard mayHaveStandIns else { return withCString(body) }
        return (nameBytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map(body) ?? withCString(body)
        }
    }

    /// Quick, and seldom true without any: all stand-ins begin with a byte like that.
    private var mayHaveStandIns: Bool { utf8.contains { $0 >= 0xF3 } }

    /// Hands out characters, and for a byte that is no part of UTF-8 nil and that byte.
    private static func forEachScalar(
        of bytes: [UInt8], _ body: (_ scalar: Unicode.Scalar?, _ byte: UInt8) -> Void
    ) {
        var rest = bytes[...]
        while let first = rest.first {
            let scalar = firstScalar(of: rest)
            body(scalar, first)
            rest = rest.dropFirst(scalar.map { UTF8.width($0) } ?? 1)
        }
    }

    private static func firstScalar(of bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        for count in 1...4 where count <= bytes.count {
            if let text = String(validating: bytes.prefix(count), as: UTF8.self) {
                return text.unicodeScalars.first
            }
        }
        return nil
    }
}

extension FilePath {
    /// The path of a text that ``nameText`` gave.
    package init(nameText text: String) {
        self = text.withNameString { FilePath(platformString: $0) }
    }

    /// The path as text that loses nothing.
    package var nameText: String {
        withPlatformString { pointer in
            if let text = String(validatingCString: pointer) { return text.asName }
            var bytes: [UInt8] = []
            var next = pointer
            while next.pointee != 0 {
                bytes.append(UInt8(bitPattern: next.pointee))
                next += 1
            }
            return String(nameBytes: bytes)
        }
    }

    /// Appends names whose text is given.
    package func appending(nameText text: String) -> FilePath {
        appending(FilePath(nameText: text).components)
    }
}

extension FilePath.Component {
    /// The same for one name.
    package var nameText: String { FilePath(root: nil, [self]).nameText }
}
