// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension StetSetup {
    var offersPreviews: Bool { true }

    func preview(_ terms: PolicyTerms, of names: [TagName]) async throws(SetupError) -> Set<TagName> {
        guard case .object(var members) = StetSetup.json(terms, withScope: true) else { return [] }
        members["names"] = .array(names.map { .string("\($0)") })
        // All of up to a hundred are told one by one.
        let answer = try await api.demand([200], .post, "/preview", .object(members))
        let rows = try answer.required("tags").array ?? []
        guard rows.count == names.count else {
            throw SetupError("\(answer.place) was asked about \(names.count) tags, and told of \(rows.count)")
        }
        var protected: Set<TagName> = []
        for row in rows where row["protected"] == .bool(true) {
            guard let repository = row["repository"]?.string, let tag = row["tag"]?.string else {
                throw SetupError("\(answer.place) was answered without the names of tags")
            }
            if let other = row["policies"]?.array?.compactMap(\.string).first(where: isForeign) {
                throw SetupError("a policy that is not of this run protects \(repository), too: \(other)")
            }
            protected.insert(
                try SetupError.wrap { TagName(try RepositoryName(repository), try Tag(tag)) })
        }
        return protected
    }
}
