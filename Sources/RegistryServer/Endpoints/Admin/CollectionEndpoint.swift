// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OCISpec

/// Removes the blobs that no manifest needs, or says what would be removed.
struct CollectionEndpoint {
    let registry: Registry

    /// Long enough for a push whose first blob is there, and whose last one is still on its way.
    private static let defaultAge = 24 * 3600

    func collect(_ request: Request, _ query: QueryParameters) async throws -> Response {
        guard request.method == .post else { throw RegistryFailure.methodNotAllowed("POST") }
        guard let age = query["older-than"].map({ Int($0) }) ?? CollectionEndpoint.defaultAge,
            (0...Int(Int32.max)).contains(age)
        else {
            throw RegistryFailure(
                .badRequest, .unsupported, "older-than must be a number of seconds, 0 or more")
        }
        let isDryRun = try flag("dry-run", query)
        let outcome = try await GarbageCollection(registry: registry, minimumAge: age, isDryRun: isDryRun)
            .run()
        return try .json(.ok, outcome.json)
    }

    private func flag(_ name: String, _ query: QueryParameters) throws(RegistryFailure) -> Bool {
        switch query[name] {
        case nil, "false"?: false
        case "true"?: true
        default: throw RegistryFailure(.badRequest, .unsupported, "\(name) must be true or false")
        }
    }
}
