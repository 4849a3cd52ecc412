// SPDX-License-Identifier: Apache-2.0

import ContainerRun

/// The network of one build's commands: they reach the world, and not what listens on this machine's loopback.
///
/// It is made with the first command that needs it. A place in it is used by one command after another, for making
/// one takes longer than many a command.
actor SandboxNetwork {
    private enum State {
        case untried
        /// Others wait for whoever makes it.
        case inTheMaking([CheckedContinuation<Void, Never>])
        case made(OutwardNetwork)
        /// This machine can make none; commands get its own.
        case impossible
    }

    private var state = State.untried
    private var idle: [NetworkAttachment] = []
    private var count = 0
    /// The first place could not be made.
    private var isUseless = false

    /// - Returns: nil where no network can be made.
    func enter(in roots: RootFileSystems) async throws(ContainerError) -> NetworkAttachment? {
        if let place = idle.popLast() { return place }
        guard !isUseless, let network = try await network(in: roots) else { return nil }
        count += 1
        do throws(ContainerError) {
            return try await network.attach()
        } catch {
            // A machine that can make bridges may still lack what leads out of them; it will not have it later.
            guard case .network = error else { throw error }
            if count == 1 { isUseless = true }
            return nil
        }
    }

    func leave(_ place: NetworkAttachment) { idle.append(place) }

    /// Takes the network away; the build is over.
    func close() async {
        guard case .made(let network) = state else { return }
        state = .impossible
        idle = []
        await network.remove()
    }

    private func network(in roots: RootFileSystems) async throws(ContainerError) -> OutwardNetwork? {
        while case .inTheMaking(let others) = state {
            await withCheckedContinuation { state = .inTheMaking(others + [$0]) }
        }
        switch state {
        case .made(let network): return network
        case .impossible, .inTheMaking: return nil
        case .untried: break
        }
        state = .inTheMaking([])
        do throws(ContainerError) {
            let network = try await OutwardNetwork.create(in: roots)
            settle(.made(network))
            return network
        } catch {
            settle(.impossible)
            guard case .network = error else { throw error }
            return nil
        }
    }

    private func settle(_ outcome: State) {
        guard case .inTheMaking(let waiters) = state else { return }
        state = outcome
        for waiter in waiters { waiter.resume() }
    }
}
