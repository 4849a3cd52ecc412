// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `RedundantTargetPlatform` and `FromPlatformFlagConstDisallowed`.
    func platforms() -> [CheckWarning] {
        dockerfile.stages.compactMap { stage in
            guard let platform = stage.from.platform else { return nil }
            if ["$TARGETPLATFORM", "${TARGETPLATFORM}"].contains(platform.text) {
                return warning(
                    .redundantTargetPlatform, stage.opening,
                    "Setting platform to predefined \(platform.text) in FROM is redundant as this is the default "
                        + "behavior")
            }
            guard !platform.text.contains("$"), !stage.isNamed(for: platform.text) else { return nil }
            return warning(
                .fromPlatformFlagConstDisallowed, stage.opening,
                "FROM --platform flag should not use constant value \(Self.quoted(platform.text))")
        }
    }
}

extension Dockerfile.Stage {
    /// The name says what it is for, like `build-arm64`: then a constant is meant.
    fileprivate func isNamed(for platform: String) -> Bool {
        guard let name else { return false }
        return platform.lowercased().split(separator: "/").prefix(2).contains { name.contains($0) }
    }
}
