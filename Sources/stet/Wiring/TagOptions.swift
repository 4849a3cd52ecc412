// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec

/// Further tags for an image that goes to a registry.
struct TagOptions: ParsableArguments {
    /// More than any registry lists.
    private static let limitBytes = 64 << 20

    @Option(
        name: .customLong("also-tag"), help: ArgumentHelp("A further tag for the image.", valueName: "tag"))
    var alsoTag: [String] = []
    @Option(
        name: .customLong("tags-from"),
        help: ArgumentHelp("A file with further tags, one a line; - is standard input.", valueName: "file"))
    var tagsFrom: String?

    /// All of them, each once, in the order in which they were given.
    func tags() async throws -> [Tag] {
        var tags = try alsoTag.map { try Tag($0) }
        if let tagsFrom { tags += try await Self.read(tagsFrom) }
        var seen: Set<Tag> = []
        return tags.filter { seen.insert($0).inserted }
    }

    /// Empty lines and those that begin with `#` are left out.
    private static func read(_ file: String) async throws -> [Tag] {
        let bytes = try await GivenFile.read(file, limitBytes: limitBytes)
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return try lines.enumerated().compactMap { number, line in
            let blank = { (character: Character) in character.isWhitespace }
            let text = line.drop(while: blank).prefix { !blank($0) }
            guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
            guard line.drop(while: blank).dropFirst(text.count).allSatisfy(blank) else {
                throw CommandFailure("\(file):\(number + 1): one tag a line", exitCode: CommandFailure.usage)
            }
            do {
                return try Tag(text)
            } catch {
                throw CommandFailure("\(file):\(number + 1): \(error)", exitCode: CommandFailure.usage)
            }
        }
    }
}
