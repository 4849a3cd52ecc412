// SPDX-License-Identifier: Apache-2.0

/// A tar archive byte by byte, so that it can be wrong in any way.
struct TestTar {
    private(set) var bytes: [UInt8] = []

    /// Adds an entry; `size` is what its header says, the truth unless given.
    func adding(
        _ name: String, _ content: [UInt8] = [], type: Character = "0", link: String = "", size: Int64? = nil
    ) -> TestTar {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int64, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0)
        put("0000644\0", at: 100)
        put(octal(size ?? Int64(content.count), digits: 11), at: 124)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar\u{0}00", at: 257)
        put(String(repeating: " ", count: 8), at: 148)
        put(octal(header.reduce(0) { $0 + Int64($1) }, digits: 6) + "\0 ", at: 148)
        var tar = self
        tar.bytes += header + content
        tar.bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
        return tar
    }

    func adding(_ name: String, text: String) -> TestTar { adding(name, Array(text.utf8)) }

    /// Adds a pax header for the next entry.
    func adding(pax records: [String: String], type: Character = "x") -> TestTar {
        let text = records.map { key, value in
            let rest = " \(key)=\(value)\n".utf8.count
            let length = rest + String(rest + String(rest).utf8.count).utf8.count
            return "\(length) \(key)=\(value)\n"
        }.joined()
        return adding("pax", Array(text.utf8), type: type)
    }

    /// With the two empty blocks of the end.
    var closed: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
