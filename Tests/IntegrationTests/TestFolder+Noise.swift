// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

extension TestFolder {
    /// A file that does not compress.
    func makeNoise(_ name: String, megabytes: Int) async throws {
        let result = try await Program("dd")(
            "if=/dev/urandom", "of=\(path.pushing(FilePath(name)))", "bs=1M", "count=\(megabytes)")
        #expect(result.status == 0, "\(result)")
    }
}
