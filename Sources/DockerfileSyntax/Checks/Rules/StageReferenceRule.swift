// SPDX-License-Identifier: Apache-2.0

import SourceText

extension CheckedFile {
    /// `StageNameMisspelled`: a name that is nearly a stage's is looked for in a registry.
    ///
    /// It is ours; BuildKit tells nothing before the registry does.
    func stageReferences() -> [CheckWarning] {
        let scope = globalScope()
        var warnings: [CheckWarning] = []
        for (index, stage) in dockerfile.stages.enumerated() {
            let name = (try? expander { scope[$0] }.expand(stage.from.image)) ?? ""
            if let meant = meant(by: name, before: index) {
                warnings.append(misspelled(name, stage.from.image, stage.opening, meant))
            }
            for instruction in stage.instructions {
                for word in Self.origins(of: instruction) {
                    guard let meant = meant(by: word.text, before: dockerfile.stages.count) else { continue }
                    warnings.append(misspelled(word.text, word, instruction, meant))
                }
            }
        }
        return warnings
    }

    private func meant(by name: String, before end: Int) -> String? {
        let isKnown = surroundings.contextNames.contains(name.lowercased()) || Self.images.contains(name)
        return isKnown ? nil : dockerfile.stageMeant(by: name, before: end)
    }

    private func misspelled(
        _ name: String, _ word: Word, _ instruction: Instruction, _ meant: String
    ) -> CheckWarning {
        warning(
            .stageNameMisspelled, at: word.location, lines: instruction.lines,
            "There is no stage \(Self.quoted(name)), so that it is an image: did you mean \(Self.quoted(meant))?"
        )
    }

    private static func origins(of instruction: Instruction) -> [Word] {
        switch instruction.action {
        case .copy(let copy): [copy.options.from].compactMap(\.self)
        case .run(let run): run.mounts.compactMap(\.from)
        default: []
        }
    }

    /// Images whose short names are easily the neighbours of a stage's.
    private static let images: Set<String> = [
        "alpine", "bash", "busybox", "caddy", "composer", "debian", "docker", "fedora", "gcc", "golang",
        "gradle", "haproxy", "httpd", "julia", "maven", "mongo", "mysql", "nginx", "node", "perl", "php",
        "postgres", "python", "r-base", "redis", "ruby", "rust", "swift", "traefik", "ubuntu",
    ]
}

extension Dockerfile {
    /// The stage that a person probably meant with a name that is no stage's.
    ///
    /// - Parameters:
    ///   - name: What `FROM` or `--from` says, after expansion.
    ///   - end: Only the stages before this one count.
    /// - Returns: nil where nothing is near, and where the name is the image that the near one begins with:
    ///   `FROM node AS nodes`.
    package func stageMeant(by name: String, before end: Int) -> String? {
        let isWord = !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || "_-".contains($0) }
        guard isWord, Int(name) == nil, name != "scratch" else { return nil }
        let earlier = stages[..<end]
        guard !earlier.contains(where: { $0.name == name.lowercased() }) else { return nil }
        let candidates = earlier.filter { $0.from.image.imageName != name.lowercased() }.compactMap(\.name)
        return nearestWord(to: name, in: candidates)
    }
}

extension Word {
    /// Of `registry/team/node:22`, `node`.
    fileprivate var imageName: String? {
        text.lowercased().split(separator: "/").last.map { String($0.prefix { $0 != ":" && $0 != "@" }) }
    }
}
