// SPDX-License-Identifier: Apache-2.0

/// How much is sent at most when the registry plays along.
struct TrafficEstimate: Sendable {
    /// Of bodies, which is what ``Traffic`` counts.
    var bytes = 0
    /// Roughly: how long a run takes depends on them.
    var requests = 0

    static func + (a: TrafficEstimate, b: TrafficEstimate) -> TrafficEstimate {
        TrafficEstimate(bytes: a.bytes + b.bytes, requests: a.requests + b.requests)
    }

    static func * (a: TrafficEstimate, times: Int) -> TrafficEstimate {
        TrafficEstimate(bytes: a.bytes * times, requests: a.requests * times)
    }
}

extension Sequence<TrafficEstimate> {
    func sum() -> TrafficEstimate { reduce(TrafficEstimate(), +) }
}

/// What pushes of test images send.
///
/// An image is a little larger where the names in it are longer: these have the longest.
struct ImageSizes: Sendable {
    private let images: [ImageForm: TestImage]

    /// Longer than what a scenario calls an image, with all that a step may add to it.
    private static let name = "v1-100000-writer-1000-before"

    /// - Parameter nameLength: Of the longest name of a repository.
    init(nameLength: Int) {
        let nonce = String(repeating: "n", count: nameLength)
        images = Dictionary(
            uniqueKeysWithValues: ImageForm.allCases.map {
                ($0, TestImage(ImageSizes.name, nonce: nonce, form: $0))
            })
    }

    /// One request that sends a manifest alone.
    func manifest(_ form: ImageForm) -> TrafficEstimate {
        TrafficEstimate(bytes: images[form]?.manifest.bytes.count ?? 0, requests: 1)
    }

    /// One push; each blob is asked for, uploaded in a session, and asked for again.
    func push(_ form: ImageForm, with flow: PushFlow) -> TrafficEstimate {
        guard let image = images[form] else { return TrafficEstimate() }
        // What cannot be mounted is sent twice.
        let copies = flow == .ociMount ? 2 : 1
        return TrafficEstimate(
            bytes: image.size * copies,
            requests: image.allBlobs.count * copies * 4 + image.manifests.count * 2)
    }
}
