// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Reads a tag again and again while others write it, until its task is cancelled.
struct TagReader: Sendable {
    let tag: Tag
    let run: CaseRun

    /// Enough for any race; a bound on what is sent.
    private static let limit = 500

    /// - Returns: What it saw, each time that it changed; nil for nothing.
    func watch() async -> [Digest?] {
        var wire = run.wire
        wire.transcript = Transcript()
        let route = RegistryRoute.manifest(run.repository, .tag(tag))
        var seen: [Digest?] = []
        for _ in 0..<TagReader.limit where !Task.isCancelled {
            await Task.yield()
            let digest: Digest?
            switch try? await wire.state(of: route) {
            case .absent: digest = nil
            case .shows(let shown, _): digest = shown
            case .unclear, .undetermined, nil: continue
            }
            if seen.isEmpty || seen.last != .some(digest) { seen.append(digest) }
        }
        return seen
    }
}
