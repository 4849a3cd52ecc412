// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec

/// The policies of a registry in memory, right unless a flaw is set.
struct PolicyBook: Sendable {
    /// A way to get policies wrong.
    enum Flaw: Sendable {
        case namespaceIsPrefix, repositoryHasChildren, firstImageOnly, exceptionIsPrefix
        case siblingShields, fallbackTagsFree, newTagsOnly, deletionIsIgnored, changeIsLate, narrowestWins
        case enabledIsIgnored, secondIsIgnored, sameTermsAgain, takesAnything, identicalMeansAny
        case reuseIsIgnored, reuseIsNeverAllowed, tagDeletionIsFree, registryIsIgnored, previewIsGenerous
    }

    /// What the policies say about a tag.
    struct Ruling: Sendable {
        var isProtected = true
        var allowsIdentical = false
        var allowsDeletion = true
        var allowsReuse = true
    }

    private struct Entry {
        var terms: PolicyTerms
        var madeAt: Int
        /// What counted before the last change, for one more look.
        var before: PolicyTerms?
    }

    private let flaw: Flaw?
    private let glob: Glob
    private var entries: [PolicyPlace: Entry] = [:]

    init(flaw: Flaw? = nil, glob: Glob = Glob()) {
        self.flaw = flaw
        self.glob = glob
    }

    mutating func perform(_ action: PolicyAction, at moment: Int) -> PolicyOutcome {
        switch action {
        case .create(let terms):
            guard isReadable(terms) else { return .refused("no such pattern") }
            if let standing = entries[terms.place]?.terms {
                if flaw == .sameTermsAgain, standing == terms { return .done }
                return flaw == .secondIsIgnored && standing != terms
                    ? .done : .refused("there is a policy for \(terms.place) already")
            }
            var terms = terms
            if flaw == .enabledIsIgnored { terms.isEnabled = true }
            entries[terms.place] = Entry(terms: terms, madeAt: moment)
        case .change(let terms):
            guard isReadable(terms) else { return .refused("no such pattern") }
            let before = entries[terms.place]?.terms
            if let tags = terms.tags { entries[terms.place]?.terms.tags = tags }
            if flaw == .changeIsLate { entries[terms.place]?.before = before }
        case .enable(let place): entries[place]?.terms.isEnabled = true
        case .disable(let place): entries[place]?.terms.isEnabled = false
        case .delete(let place): if flaw != .deletionIsIgnored { entries[place] = nil }
        }
        return .done
    }

    /// What the policies say; `setAt` is when the tag was set, counted as `at` in ``perform(_:at:)``.
    mutating func ruling(on tag: Tag, in repository: RepositoryName, setAt: Int) -> Ruling {
        var ruling = Ruling(isProtected: false)
        var covering: [(PolicyPlace, PolicyTerms)] = []
        for (place, entry) in entries {
            let terms = entry.before ?? entry.terms
            entries[place]?.before = nil
            if flaw == .newTagsOnly, setAt > 0, setAt <= entry.madeAt { continue }
            guard let name = name(of: repository, in: place), reaches(terms, name) else { continue }
            covering.append((place, terms))
        }
        if flaw == .narrowestWins {
            covering = covering.max { "\($0.0)".count < "\($1.0)".count }.map { [$0] } ?? []
        }
        for (_, terms) in covering where protects(terms, tag) {
            let before = ruling
            ruling.isProtected = true
            ruling.allowsIdentical =
                terms.allowsIdenticalPush == true && (before.allowsIdentical || !before.isProtected)
            ruling.allowsDeletion = terms.allowsDeletion == true && before.allowsDeletion
            ruling.allowsReuse = terms.allowsReuse == true && before.allowsReuse
        }
        if flaw == .reuseIsIgnored { ruling.allowsReuse = true }
        if flaw == .reuseIsNeverAllowed, ruling.isProtected { ruling.allowsReuse = false }
        return ruling
    }

    /// Which names would be protected if the terms stood.
    func preview(_ terms: PolicyTerms, of names: [TagName]) -> Set<TagName> {
        var book = PolicyBook(glob: flaw == .previewIsGenerous ? Glob(starCrossesSlash: true) : glob)
        _ = book.perform(.create(terms), at: 0)
        return Set(names.filter { book.ruling(on: $0.tag, in: $0.repository, setAt: 0).isProtected })
    }

    var mayReplaceWhereIdenticalMay: Bool { flaw == .identicalMeansAny }
    var siblingShields: Bool { flaw == .siblingShields }
    var tagDeletionIsFree: Bool { flaw == .tagDeletionIsFree }

    private func isReadable(_ terms: PolicyTerms) -> Bool {
        if flaw == .takesAnything { return true }
        let lists = [terms.images, terms.tags]
        return !lists.contains { $0?.isEmpty == true }
            && (lists + [terms.exceptTags]).allSatisfy { $0?.allSatisfy(Glob.isValid) ?? true }
    }

    private func name(of repository: RepositoryName, in place: PolicyPlace) -> String? {
        switch place {
        case .registry: return flaw == .registryIsIgnored ? nil : repository.rawValue
        case .namespace(let name):
            if repository.isUnder(namespace: name.rawValue) {
                return String(repository.rawValue.dropFirst(name.rawValue.count + 1))
            }
            let isPrefix = repository != name && repository.rawValue.hasPrefix(name.rawValue)
            return flaw == .namespaceIsPrefix && isPrefix
                ? String(repository.rawValue.dropFirst(name.rawValue.count)) : nil
        case .repository(let name):
            let isChild =
                flaw == .repositoryHasChildren && repository.isUnder(namespace: name.rawValue)
            return name == repository || isChild ? repository.rawValue : nil
        }
    }

    private func reaches(_ terms: PolicyTerms, _ name: String) -> Bool {
        guard var images = terms.images else { return true }
        if flaw == .firstImageOnly { images = Array(images.prefix(1)) }
        return images.contains { glob.matches($0, name) }
    }

    private func protects(_ terms: PolicyTerms, _ tag: Tag) -> Bool {
        guard terms.isEnabled != false else { return false }
        if flaw == .fallbackTagsFree, terms.exceptTags != nil, tag.rawValue.hasPrefix("sha256-") {
            return false
        }
        if terms.exceptTags?.contains(where: { glob.matches($0, tag.rawValue) }) == true { return false }
        if flaw == .exceptionIsPrefix,
            terms.exceptTags?.contains(where: { tag.rawValue.hasPrefix($0) }) == true
        {
            return false
        }
        return terms.tags?.contains { glob.matches($0, tag.rawValue) } ?? true
    }
}
