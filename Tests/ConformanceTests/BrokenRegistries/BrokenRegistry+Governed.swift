// SPDX-License-Identifier: Apache-2.0

import OCISpec

extension BrokenRegistry {
    private static func book(
        _ name: String, by scenario: String, also: Set<String> = [], _ flaw: PolicyBook.Flaw
    ) -> BrokenRegistry {
        BrokenRegistry(name, by: scenario, also: also, Behaviour(policies: PolicyBook(flaw: flaw)))
    }

    /// Random patterns are a net under all those that somebody thought of.
    private static func glob(
        _ name: String, by scenario: String, also: Set<String> = [net], _ glob: Glob
    ) -> BrokenRegistry {
        BrokenRegistry(name, by: scenario, also: also, Behaviour(policies: PolicyBook(glob: glob)))
    }

    private static let net = "policy-patterns-at-random"

    /// The scenarios that notice what others are there for.
    static let nets: Set = [net, "policy-preview"]

    static let governing = [
        book("a namespace is a prefix", by: "policy-for-namespace", .namespaceIsPrefix),
        book(
            "a repository's policy covers what is under it", by: "policy-for-repository",
            .repositoryHasChildren),
        glob("a star crosses slashes", by: "policy-star", Glob(starCrossesSlash: true)),
        glob("two stars stop at a slash", by: "policy-double-star", Glob(doubleStarIsShallow: true)),
        glob("a dot is any character", by: "policy-question-mark", also: [], Glob(dotIsAny: true)),
        glob("blanks in braces count", by: "policy-braces", Glob(keepsBlanks: true)),
        book(
            "only the first of several repositories is covered", by: "policy-list-of-names", .firstImageOnly),
        glob("patterns do not tell V from v", by: "policy-tags", also: [], Glob(foldsCase: true)),
        book("an exception is a prefix", by: "policy-except-latest", .exceptionIsPrefix),
        book("a tag that stands shields its neighbours", by: "policy-delete-sibling", .siblingShields),
        book(
            "all tags that begin like a signature's are free", by: "policy-fallback-tags", .fallbackTagsFree),
        book(
            "a policy covers only what comes after it", by: "policy-covers-what-is-there", also: nets,
            .newTagsOnly),
        book("a policy stays after it was deleted", by: "policy-off-and-on", also: nets, .deletionIsIgnored),
        book("a change comes one request late", by: "policy-change-at-once", .changeIsLate),
        book("the narrowest policy wins", by: "policy-strictest-wins", .narrowestWins),
        book("a policy that is made switched off is on", by: "policy-starts-disabled", .enabledIsIgnored),
        book("a second policy is taken and forgotten", by: "policy-once", .secondIsIgnored),
        book("the same policy can be made by several", by: "policy-once-in-a-race", .sameTermsAgain),
        book("every pattern is taken", by: "policy-malformed-pattern", .takesAnything),
        glob(
            "a pattern that is too hard matches nothing", by: "policy-pattern-bomb", also: [],
            Glob(starLimit: 10)),
        glob("a star does not look further", by: net, also: [], Glob(starIsHasty: true)),
        book("a preview says more than the policy does", by: "policy-preview", .previewIsGenerous),
        book("who may push the same may push another", by: "policy-allows-identical", .identicalMeansAny),
        book("deleted names are free in spite of the policy", by: "policy-allows-deletion", .reuseIsIgnored),
        book("deleted names are never free again", by: "policy-allows-reuse", .reuseIsNeverAllowed),
        book("tags can be deleted in spite of the policy", by: "policy-denies-deletion", .tagDeletionIsFree),
        book("a policy for the registry covers nothing", by: "policy-for-registry", .registryIsIgnored),
    ]
}
