// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// Names as text that loses nothing: Linux has names of any bytes, and a `String` is Unicode.
///
/// A byte that is no part of UTF-8 is the character U+10FF00 plus its value, of a plane for private use; a name
/// that has such characters has one for each of their bytes, so that no two names have one text.
extension String {
    /// The text of a name, or of a link's target.
    package init(nameBytes bytes: [UInt8]) {
        if let text = String(validating: bytes, as: UTF8.self), !text.mayHaveStandIns {
            self = text
            return
        }
        var scalars = UnicodeScalarView()
        var rest = bytes[...]
        while let first = rest.first {
            if let scalar = String.firstScalar(of: rest), !scalar.isStandIn {
                scalars.append(scalar)
                rest = rest.dropFirst(UTF8.width(scalar))
            } else {
                scalars.append(Unicode.Scalar.standIn(for: first))
                rest = rest.dropFirst()
            }
        }
        self.init(scalars)
    }

    /// The bytes of a name that this is the text of.
    package var nameBytes: [UInt8] {
        guard mayHaveStandIns else { return Array(utf8) }
        return unicodeScalars.flatMap { scalar in
            scalar.isStandIn
                ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(UTF8.encode(scalar) ?? .init())
        }
    }

    /// For people: what is not UTF-8 as `\xFE`.
    package var shownName: String {
        guard mayHaveStandIns else { return self }
        return unicodeScalars.map { scalar in
            scalar.isStandIn ? "\\x" + String(scalar.value & 0xFF, radix: 16, uppercase: true) : "\(scalar)"
        }.joined()
    }

    /// Calls a C function that takes a name; it must not be kept.
    package func withNameString<Value>(_ body: (UnsafePointer<CChar>) -> Value) -> Value {
        guard mayHaveStandIns else { return withCString(body) }
        return (nameBytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map(body) ?? withCString(body)
        }
    }

    /// Quick, and seldom true without any: all stand-ins begin with this byte.
    private var mayHaveStandIns: Bool { utf8.contains(0xF4) }

    private static func firstScalar(of bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        for count in 1...4 where count <= bytes.count {
            if let text = String(validating: bytes.prefix(count), as: UTF8.self) {
                return text.unicodeScalars.first
            }
        }
        return nil
    }
}

extension Unicode.Scalar {
    fileprivate var isStandIn: Bool { value >= 0x10_FF80 }

    /// `byte` is none of ASCII, which is always UTF-8.
    fileprivate static func standIn(for byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(0x10_FF00 + UInt32(byte)) ?? "\u{FFFD}"
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
            if let text = String(validatingCString: pointer) { return String(nameText: text) }
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

extension String {
    /// The text of a name that is UTF-8.
    fileprivate init(nameText text: String) {
        self = text.mayHaveStandIns ? String(nameBytes: Array(text.utf8)) : text
    }
}
