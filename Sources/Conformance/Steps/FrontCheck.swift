// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Whether the addresses of a run lead to one registry: what is pushed at one is there at the others.
struct FrontCheck {
    let tag: Tag
    let pusher: any Pusher

    /// Looks at another address before it is held for that of another registry.
    private static let looks = 3
    private static let pause = Duration.milliseconds(300)

    /// Pushes an image at each address, and looks for it at all.
    ///
    /// - Returns: How the step ends when they do not lead to one registry, or when that cannot be told; else nil.
    func end(in run: inout CaseRun) async throws(TransportError) -> StepEnd? {
        let fronts = run.context.fronts(of: run.wire)
        for (number, front) in fronts.enumerated() {
            guard let tag = try? Tag("\(tag)-at-\(number + 1)") else { continue }
            let image = run.image("\(tag)", form: pusher.form)
            run.offer(image)
            let answer = try await pusher.push(image, as: .tag(tag), of: run.repository, over: front)
            guard case .accepted = run.judge.meaning(of: answer) else {
                let exchange = answer.exchange
                return .inconclusive(
                    "\(front.registry.authority) did not take a first push: \(exchange.summary)", exchange)
            }
            for other in fronts where other.registry != front.registry {
                let state = try await state(of: tag, image, at: other, in: run)
                guard state.digest != image.manifest.digest else { continue }
                return .inconclusive(
                    "--second is not the same registry: \(tag) was pushed at \(front.registry.authority), and "
                        + "\(other.registry.authority) shows \(state.digest.map(run.label) ?? "nothing"); name "
                        + "another address of the same repositories, or leave --second out",
                    state.exchange)
            }
        }
        return nil
    }

    /// One that copies has a moment to do so.
    private func state(
        of tag: Tag, _ image: TestImage, at front: Wire, in run: CaseRun
    ) async throws(TransportError) -> TagState {
        let route = RegistryRoute.manifest(run.repository, .tag(tag))
        var state = try await front.state(of: route)
        for _ in 1..<FrontCheck.looks where state.digest != image.manifest.digest {
            await front.patience.rest(FrontCheck.pause)
            state = try await front.state(of: route)
        }
        return state
    }
}
