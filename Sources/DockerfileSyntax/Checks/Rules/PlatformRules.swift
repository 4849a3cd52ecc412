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

    /// `InvalidBaseImagePlatform`: of an image that is for another platform a build makes an error.
    func basePlatforms() -> [CheckWarning] {
        guard !surroundings.basesWithoutPlatform.isEmpty else { return [] }
        let scope = globalScope()
        return dockerfile.stages.compactMap { stage in
            guard let name = try? expander({ scope[$0] }).expand(stage.from.image),
                let expected = surroundings.basesWithoutPlatform[name]
            else { return nil }
            return warning(
                .invalidBaseImagePlatform, stage.opening,
                "Base image \(name) was pulled with platform \(Self.quoted("unknown")), expected "
                    + "\(Self.quoted(expected)) for current build")
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
