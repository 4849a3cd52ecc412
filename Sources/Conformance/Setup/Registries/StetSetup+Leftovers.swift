// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension StetSetup {
    /// Looks for policies of other runs, and removes those of runs that are over for certain.
    ///
    /// A run that may not see or remove them goes on all the same.
    ///
    /// - Returns: What was found and what became of it, a line for each policy.
    /// - Throws: When no answer came.
    func removeLeftovers(besides runID: String) async throws(SetupError) -> [String] {
        let list = try await api.send(.get, "/policies")
        let scopes = list.body?["policies"]?.array?.compactMap { $0["scope"]?.string } ?? []
        var lines: [String] = []
        for scope in scopes {
            let parts = scope.split(separator: "/")
            guard parts.count > 2, parts[1] == "stet-certify", parts[2] != runID else { continue }
            let what = "the policy for \(scope) is left from another run"
            guard let began = RunName.beginning(of: parts[2]),
                now() - began > RunName.lifetimeSeconds
            else {
                lines.append("\(what); if that does not go on: stet policy delete \(scope)")
                continue
            }
            do throws(SetupError) {
                _ = try await api.demand([204, 404], .delete, "/policies/\(scope)")
                lines.append("\(what), and was removed")
            } catch {
                lines.append("\(what), and could not be removed: \(error.clause)")
            }
        }
        return lines
    }
}
