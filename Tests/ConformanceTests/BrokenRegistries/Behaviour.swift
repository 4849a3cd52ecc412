// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// How a registry in memory behaves: right, unless a part is replaced.
struct Behaviour: Sendable {
    /// What happens to a tag, or to the tags of a digest, when it is deleted.
    enum Deletion: Sendable {
        case denied
        /// Deletes are off for all of the registry.
        case unsupported
        /// Deleted, and the name is remembered.
        case remembered
        /// Deleted, and the name is free.
        case forgotten
    }

    /// A way to be wrong that is not about who may have a tag.
    enum Flaw: Sendable {
        case blobAgainIsRefused, digestAgainIsRefused, uploadsAreFew
        case refusedIsStored, garbageIsAFault, missingBlobsVary, typeIsReplaced
        case childCanBeDeleted, blobCanBeDeleted, untaggedTakesTags
        case cutTakesTheTag, foldsCase, decodesLate, postIsPut, narrowAcceptHides, sessionsAreShared
        case mixedTagsAreSetPartly, encodedParameterPasses, pagesEndEarly, listShowsRefused
        case restartForgetsDeletions, killLosesTags, killLosesHeldManifests, failsOpen
        case racedIndexFlips, layersRot, knowsSchema1
        case deletionsAreForbidden, deletesAreOff
        case typeIsGuessed, deletedListIsForgotten, refusedListIsShownByGet, refusedListIsUnlisted
        case refusalIsCutShort
        case refusalEndsUploads, referrersTakeTags, oldTagsVanish
        case shortBodyIsStored, refusesLate, fullDiskDenies, fullDiskTakesTheTag
    }

    var rule: Rule = writeOnce
    var tagDeletion = Deletion.denied
    var digestDeletion = Deletion.denied
    /// True for a registry that looks at the tag when a request begins and writes when it has ended.
    var decidesEarly = false
    /// True for a registry that knows `?tag=`.
    var knowsTagParameter = true
    var flaws: Set<Flaw> = []
    var policies = PolicyBook()

    /// Correct, but for one flaw.
    static func flawed(_ flaw: Flaw) -> Behaviour { Behaviour(flaws: [flaw]) }

    func has(_ flaw: Flaw) -> Bool { flaws.contains(flaw) }
}
