// SPDX-License-Identifier: Apache-2.0

extension Profile {
    /// The name that only a profile may have whose denial is strict.
    package static let strictName = "strict"

    /// Whether it asks for the refusals that no client retries or misreads, whatever it is called.
    package var isStrict: Bool { denial.isStrict }
}

extension Profile.Denial {
    private static let strictLimitBytes = 4096

    /// Whether it demands at least what `profiles/strict.yaml` does; it may demand more.
    var isStrict: Bool {
        let forbidden = Set(forbiddenHeaders.map { $0.lowercased() })
        return status == 409 && code == "DENIED" && contentType == "application/json"
            && messageNames.contains(.repository) && messageNames.contains(.tag)
            && forbidden.isSuperset(of: ["www-authenticate", "retry-after", "location"])
            && limitBytes.map { $0 <= Profile.Denial.strictLimitBytes } ?? false
    }
}
