// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What roots reach in a layout.
///
/// Blocks on the disk. Contents are read only where they name others: manifests, and documents of types that
/// we do not know.
struct LayoutWalk {
    /// A content that something names.
    struct Reached {
        /// As the first one who named it did.
        var descriptor: Descriptor
        /// More than one only when those who name it disagree.
        var sizes: Set<Int64>
        /// The labels of the roots that reach it.
        var roots: Set<String>
        /// False for what a store may lack: subjects, and layers that are not for distribution.
        var isRequired: Bool
    }

    /// More than a manifest may have.
    static let limitBytes = 8 << 20

    private let layout: ImageLayout
    private let followsSubjects: Bool
    private(set) var reached: [Digest: Reached] = [:]
    /// Each content after those that it names.
    private(set) var order: [Descriptor] = []
    /// Manifests of which nobody knows what they name, and why.
    private(set) var unreadable: [Digest: ImageStoreError] = [:]
    private var children: [Digest: [Step]] = [:]

    private struct Step {
        let descriptor: Descriptor
        /// Of an unknown type, it can be a manifest all the same: a root, or what an index lists.
        let mayBeManifest: Bool
        let isRequired: Bool
    }

    init(_ layout: ImageLayout, followsSubjects: Bool = true) {
        self.layout = layout
        self.followsSubjects = followsSubjects
    }

    /// Follows everything under `root`, which people know as `label`.
    mutating func add(_ root: Descriptor, label: String) {
        var visited: Set<Digest> = []
        var stack = [(step: Step(descriptor: root, mayBeManifest: true, isRequired: true), isDone: false)]
        while let (step, isDone) = stack.popLast() {
            let descriptor = step.descriptor
            if isDone {
                order.append(descriptor)
                continue
            }
            let isNew = note(step, label)
            guard visited.insert(descriptor.digest).inserted else { continue }
            if isNew { stack.append((step, true)) }
            stack += steps(under: step).reversed().map { ($0, false) }
        }
    }

    /// - Returns: Whether nobody had reached it before.
    private mutating func note(_ step: Step, _ label: String) -> Bool {
        let descriptor = step.descriptor
        guard var known = reached[descriptor.digest] else {
            reached[descriptor.digest] = Reached(
                descriptor: descriptor, sizes: [descriptor.size], roots: [label], isRequired: step.isRequired)
            return true
        }
        known.sizes.insert(descriptor.size)
        known.roots.insert(label)
        known.isRequired = known.isRequired || step.isRequired
        reached[descriptor.digest] = known
        return false
    }

    private mutating func steps(under step: Step) -> [Step] {
        let descriptor = step.descriptor
        if let known = children[descriptor.digest] { return known }
        guard descriptor.mediaType.isManifest || (step.mayBeManifest && descriptor.mediaType.isJSON) else {
            return []
        }
        var steps: [Step] = []
        do {
            steps = try read(descriptor)
        } catch {
            if step.isRequired || error != .missing(descriptor.digest) {
                unreadable[descriptor.digest] = error
            }
        }
        children[descriptor.digest] = steps
        return steps
    }

    private func read(_ descriptor: Descriptor) throws(ImageStoreError) -> [Step] {
        let bytes = try layout.bytes(of: descriptor, limitBytes: LayoutWalk.limitBytes)
        guard descriptor.mediaType.isManifest else {
            return JSONValue.digests(in: bytes).compactMap { digest in
                layout.size(of: digest).map { size in
                    let named = Descriptor(mediaType: .octetStream, digest: digest, size: size)
                    return Step(descriptor: named, mayBeManifest: false, isRequired: false)
                }
            }
        }
        let manifest = try ImageStoreError.parse { () throws(InvalidValue) in
            try Manifest(
                bytes, mediaType: descriptor.mediaType, algorithm: descriptor.digest.algorithm ?? .sha256)
        }
        var steps = manifest.children.map { child in
            Step(
                descriptor: child, mayBeManifest: descriptor.mediaType.isIndex,
                isRequired: !child.mediaType.isNondistributableLayer)
        }
        if followsSubjects, let subject = manifest.subject {
            steps.append(Step(descriptor: subject, mayBeManifest: true, isRequired: false))
        }
        return steps
    }
}

extension MediaType {
    /// True for JSON of whatever kind.
    fileprivate var isJSON: Bool { self == .json || rawValue.hasSuffix("+json") }
}

extension JSONValue {
    /// Every digest that a JSON document has anywhere as a text; none when it is no JSON.
    static func digests(in bytes: [UInt8]) -> Set<Digest> {
        guard let value = try? JSONDocument.decode(JSONValue.self, from: bytes, noun: "document") else {
            return []
        }
        return value.digests
    }

    private var digests: Set<Digest> {
        switch self {
        case .string(let text): (try? Digest(text)).map { [$0] } ?? []
        case .array(let items): items.reduce(into: []) { $0.formUnion($1.digests) }
        case .object(let members): members.values.reduce(into: []) { $0.formUnion($1.digests) }
        case .null, .bool, .integer, .number: []
        }
    }
}
