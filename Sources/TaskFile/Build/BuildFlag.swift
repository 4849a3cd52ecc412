// SPDX-License-Identifier: Apache-2.0

/// The flags of `docker build`, by what becomes of them here.
enum BuildFlag: Hashable {
    case tag, file, target, buildArgument, label, platform
    case noCache, pull
    /// Accepted, and without effect on the image.
    case ignored(takesValue: Bool)
    /// Known, and not there yet.
    case unsupported

    /// - Parameter name: With its dashes.
    init?(_ name: String) {
        guard let flag = Self.byName[name] else { return nil }
        self = flag
    }

    static var names: [String] { byName.keys.sorted() }

    /// Whether it stands alone or is followed by a value.
    var takesValue: Bool {
        switch self {
        case .noCache, .pull: false
        case .ignored(let takesValue): takesValue
        default: true
        }
    }

    private static let byName: [String: BuildFlag] = [
        "-t": .tag, "--tag": .tag, "-f": .file, "--file": .file, "--target": .target,
        "--build-arg": .buildArgument, "--label": .label, "--platform": .platform, "--no-cache": .noCache,
        "--pull": .pull,
        "--isolation": .ignored(takesValue: true), "-m": .ignored(takesValue: true),
        "--memory": .ignored(takesValue: true), "--progress": .ignored(takesValue: true),
        "--rm": .ignored(takesValue: false), "--force-rm": .ignored(takesValue: false),
        "--compress": .ignored(takesValue: false), "--quiet": .ignored(takesValue: false),
        "-q": .ignored(takesValue: false),
        "--add-host": .unsupported, "--cache-from": .unsupported, "--cache-to": .unsupported,
        "--network": .unsupported, "--output": .unsupported, "-o": .unsupported, "--secret": .unsupported,
        "--squash": .unsupported, "--ssh": .unsupported,
    ]
}
