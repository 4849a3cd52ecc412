// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// Where a policy holds.
package enum PolicyPlace: Hashable, Codable, Sendable {
    case registry
    /// Every repository whose name begins with the name and a slash.
    case namespace(RepositoryName)
    case repository(RepositoryName)
}

extension PolicyPlace: CustomStringConvertible {
    /// `registry`, `namespace/NAME`, `repository/NAME`.
    package var description: String {
        switch self {
        case .registry: "registry"
        case .namespace(let name): "namespace/\(name)"
        case .repository(let name): "repository/\(name)"
        }
    }
}

/// What a policy says, in words that every registry's own can be translated from; nil is the default.
package struct PolicyTerms: Hashable, Codable, Sendable {
    package var place: PolicyPlace
    package var isEnabled: Bool?
    /// Patterns of the repositories inside the place, for a namespace relative to it; the default is all.
    package var images: [String]?
    /// Patterns of the tags that stand; the default is all.
    package var tags: [String]?
    /// Patterns of the tags that stay mutable; the default is none.
    package var exceptTags: [String]?
    /// Whether the same manifest may be pushed again.
    package var allowsIdenticalPush: Bool?
    package var allowsDeletion: Bool?
    /// Whether a name may be used again after its deletion.
    package var allowsReuse: Bool?

    package init(_ place: PolicyPlace) { self.place = place }
}

/// What a scenario wants done to the policies of a registry.
package enum PolicyAction: Hashable, Sendable {
    /// Must be refused when the place has a policy.
    case create(PolicyTerms)
    /// The terms that are not nil take the place of the old ones.
    case change(PolicyTerms)
    case enable(PolicyPlace)
    case disable(PolicyPlace)
    case delete(PolicyPlace)
}

/// What came of a policy action.
package enum PolicyOutcome: Hashable, Sendable {
    /// It is done: the next request must see it.
    case done
    /// The registry turned it down, in its own words.
    case refused(String)
}
