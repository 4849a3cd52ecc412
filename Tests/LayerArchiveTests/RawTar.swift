// SPDX-License-Identifier: Apache-2.0

/// A tar stream written header by header, for archives that no honest program makes.
///
/// Source: tar(5), "POSIX ustar Archives".
struct RawTar {
    private(set) var bytes: [UInt8] = []

    enum Flag: Character {
        case file = "0"
        case hardLink = "1"
        case symlink = "2"
        case characterDevice = "3"
        case blockDevice = "4"
        case folder = "5"
        case fifo = "6"
    }

    /// Adds a file whose header declares `size`; nil is for the truth.
    mutating func add(_ name: String, _ content: String = "", size: Int? = nil) {
        add(name, .file, link: "", content, size: size ?? content.utf8.count)
    }

    mutating func add(_ name: String, _ flag: Flag, link: String = "") {
        add(name, flag, link: link, "", size: 0)
    }

    private mutating func add(_ name: String, _ flag: Flag, link: String, _ content: String, size: Int) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int, _ width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(name, at: 0)
        put(octal(flag == .folder ? 0o755 : 0o644, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(size < 0 ? "-0000000001" : octal(size, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put(String(flag.rawValue), at: 156)
        put(link, at: 157)
        put("ustar\u{0}00", at: 257)
        if flag == .characterDevice || flag == .blockDevice {
            put(octal(1, 7), at: 329)
            put(octal(3, 7), at: 337)
        }
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
        bytes += header + content.utf8
        bytes += [UInt8](repeating: 0, count: (512 - content.utf8.count % 512) % 512)
    }

    /// The stream with the two empty blocks at its end.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
