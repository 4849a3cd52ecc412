// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import Testing

/// `--ulimit`.
@Suite struct ProcessLimitTests {
    @Test(arguments: [
        ("nofile=1024", "nofile=1024:1024"), ("nofile=1024:2048", "nofile=1024:2048"),
        ("core=0", "core=0:0"), ("memlock=-1", "memlock=-1:-1"), ("stack=8192:-1", "stack=8192:-1"),
        ("nproc=9223372036854775807", "nproc=9223372036854775807:9223372036854775807"),
    ])
    func limitsAreRead(_ text: String, _ full: String) throws {
        let limit = try ProcessLimit(text)
        #expect(limit.description == full)
        #expect(try ProcessLimit(full) == limit)
    }

    @Test func minusOneIsNoLimit() throws {
        let limit = try ProcessLimit("nofile=5:-1")
        #expect(limit.soft == 5 && limit.hard == .max)
    }

    @Test(arguments: [
        ("", "must be like"), ("nofile", "must be like"), ("files=1", "\"files\" is none of core, cpu"),
        ("NOFILE=1", "is none of"), ("nofile=", "is a number"), ("nofile=x", "is a number"),
        ("nofile=1:2:3", "is a number"), ("nofile=-2", "is a number"), ("nofile=1:", "is a number"),
        ("nofile=+1", "is a number"), ("nofile=1.5", "is a number"), ("nofile=2:1", "above the hard one"),
        ("nofile=-1:1", "above the hard one"), ("nofile=9223372036854775808", "is a number"),
    ])
    func otherLimitsAreRefused(_ text: String, _ reason: String) {
        let error = #expect(throws: InvalidValue.self) { try ProcessLimit(text) }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }
}
