// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Repositories with one tag each, which is moved to and fro wherever a policy lets it.
struct PatternTrial {
    /// What an oracle says of a repository.
    struct Expected {
        let place: Place
        let isProtected: Bool
        /// For people: `the grammar`.
        let oracle: String
    }

    let tag: Tag
    let pusher: any Pusher
    /// How many pairs of a pattern and a name have been tried.
    private(set) var count = 0
    /// Where the tag shows the second of its two images.
    private var moved: Set<Place> = []

    init(tag: Tag, pusher: any Pusher) {
        (self.tag, self.pusher) = (tag, pusher)
    }

    /// The same blobs in two manifests.
    private static let forms = (ImageForm.oci, ImageForm.ociIndented)

    /// Pushes the first image everywhere.
    ///
    /// - Returns: How the step ends when that fails; else nil.
    func prepare(in run: inout CaseRun) async throws(TransportError) -> StepEnd? {
        for name in PatternSample.names {
            let place = Place(path: name)
            let image = run.image("a", form: PatternTrial.forms.0, in: place)
            run.offer(image, in: place)
            let answer = try await pusher.push(
                image, as: .tag(tag), of: run.repository(of: place), over: run.wire)
            switch run.judge.meaning(of: answer) {
            case .accepted: continue
            case .undetermined(let reason): return .inconclusive(reason, answer.exchange)
            case .refused, .faulty:
                return .unprepared(
                    Finding(
                        "\(name) did not take its first image: \(answer.exchange.summary)", answer.exchange))
            }
        }
        return nil
    }

    /// Tries to move the tag in each repository.
    ///
    /// - Returns: How the step ends where a registry does not do what was expected; else nil.
    mutating func run(
        _ expected: [Expected], _ pattern: String, in run: CaseRun
    ) async throws(TransportError) -> StepEnd? {
        for item in expected {
            let place = item.place
            let form = moved.contains(place) ? PatternTrial.forms.0 : PatternTrial.forms.1
            let image = run.image("a", form: form, in: place)
            let exchange = try await run.wire.send(
                pusher.manifestRequest(image, .tag(tag), run.repository(of: place), over: run.wire))
            count += 1
            let clause =
                "\(item.oracle) says that \(pattern) \(item.isProtected ? "covers" : "does not cover") "
                + "\(place.path), and a push there was told \(exchange.summary)"
            switch run.judge.meaning(of: exchange) {
            case .accepted where !item.isProtected: moved.formSymmetricDifference([place])
            case .refused where item.isProtected: continue
            case .undetermined(let reason): return .inconclusive(reason, exchange)
            case .accepted, .refused, .faulty: return .violated(clause, exchange)
            }
        }
        return nil
    }
}
