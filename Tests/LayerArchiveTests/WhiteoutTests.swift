// SPDX-License-Identifier: Apache-2.0

import LayerArchive
import SystemPackage
import Testing

@Suite struct WhiteoutTests {
    @Test(
        arguments: [
            ("a/.wh.b", Whiteout.removed("a/b")), (".wh.b", .removed("b")),
            (".wh..hidden", .removed(".hidden")),
            ("a/.wh..wh..opq", .opaque("a")), (".wh..wh..opq", .opaque(".")), (".wh..wh.plnk", .ignored),
            ("a/b", nil), ("a.wh.b", nil), (".wh.a/b", nil), ("a/.wh", nil),
        ] as [(FilePath, Whiteout?)])
    func namesAreRead(_ path: FilePath, _ expected: Whiteout?) {
        #expect(Whiteout(path) == expected)
    }

    @Test(arguments: ["a", "a/b", "a/.hidden"] as [FilePath])
    func whatIsWrittenIsRead(_ path: FilePath) {
        #expect(Whiteout(LayerEntry.whiteout(of: path).path) == .removed(path))
        #expect(Whiteout(LayerEntry.opaque(path).path) == .opaque(path))
    }

    @Test func theRootCanBeOpaque() {
        #expect(Whiteout(LayerEntry.opaque(".").path) == .opaque("."))
    }
}
