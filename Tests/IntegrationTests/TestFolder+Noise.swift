// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

extension TestFolder {
    /// A file that does not compress.
    func makeNoise(_ name: String, megabytes: Int) async throws {
        let file = path.pushing(FilePath(name))
        try Folder.create(file.removingLastComponent())
        let result = try await Program("dd")(
            "if=/dev/urandom", "of=\(file)", "bs=1M", "count=\(megabytes)")
        #expect(result.status == 0, "\(result)")
    }
}
