// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Whether an operator's program has done what it says: a registry is not to blame, nor to praise, for what did not
/// happen to it.
struct HookProof: Sendable {
    let hook: RegistryHook
    let hooks: any RegistryHooks

    private static let lookEvery = Duration.milliseconds(10)
    private static let tag = "written"
    private static let laterTag = "written-again"

    private enum Observed: Sendable {
        case went(Bool)
        case did(Result<HookOutcome, SetupError>)
    }

    /// What is pushed where nothing can be written.
    static let flow = PushFlow.ociMonolithic

    /// True for those after which a push must fail.
    var closesStorage: Bool { hook == .readOnly || hook == .fullDisk }

    /// - Returns: What the program said, and whether the registry was seen to be away meanwhile.
    func perform(in context: RunContext) async -> (outcome: Result<HookOutcome, SetupError>, wasAway: Bool) {
        guard hook == .kill || hook == .restart else { return (await outcome(), false) }
        return await withTaskGroup(of: Observed.self) { group in
            group.addTask { .went(await HookProof.seesItGo(context)) }
            group.addTask { .did(await self.outcome()) }
            var outcome: Result<HookOutcome, SetupError>?
            var wasAway = false
            for await observed in group {
                switch observed {
                case .went(let isSeen): wasAway = isSeen
                case .did(let result):
                    outcome = result
                    group.cancelAll()
                }
            }
            return (outcome ?? .failure(SetupError("it was interrupted")), wasAway)
        }
    }

    private func outcome() async -> Result<HookOutcome, SetupError> {
        do throws(SetupError) {
            return .success(try await hooks.perform(hook))
        } catch {
            return .failure(error)
        }
    }

    /// Asks for `/v2/` until no answer comes, or only a gateway's, or the task is cancelled.
    private static func seesItGo(_ context: RunContext) async -> Bool {
        let wire = context.wire()
        while !Task.isCancelled {
            do throws(TransportError) {
                let exchange = try await wire.sendOnce(wire.request(.get, .base))
                if [502, 503, 504].contains(exchange.status) { return true }
            } catch {
                return error.kind != .cancelled
            }
            await context.patience.rest(lookEvery)
            await Task.yield()
        }
        return false
    }

    /// Pushes another image to a new name, which cannot be stored when the program has done what it says.
    ///
    /// A registry that says yes and stores nothing has no room, and lies about it: that is for the next steps.
    ///
    /// - Returns: The answer of a registry that has stored it; nil for one that has not.
    func write(in run: inout CaseRun) async -> Exchange? {
        let pusher = HookProof.flow.pusher
        let image = run.image(run.freshName(), form: pusher.form)
        guard let tag = try? Tag(HookProof.tag),
            case .manifest(let exchange)? = try? await pusher.push(
                image, as: .tag(tag), of: run.repository, over: run.writerWire),
            exchange.response.isSuccess,
            case .shows(image.manifest.digest, _)? = try? await run.state(of: tag)
        else { return nil }
        return exchange
    }

    /// Pushes another image to a new name, which must not fail any more when the program has done what it says.
    ///
    /// - Returns: What the registry's failure was, as one clause; nil when there was none. Whether it is the program's
    ///   or the registry's cannot be seen from outside.
    func failure(in run: inout CaseRun) async -> String? {
        let pusher = HookProof.flow.pusher
        let image = run.image(run.freshName(), form: pusher.form)
        guard let tag = try? Tag(HookProof.laterTag) else { return nil }
        do throws(TransportError) {
            let answer = try await pusher.push(image, as: .tag(tag), of: run.repository, over: run.writerWire)
            return answer.exchange.status < 500 ? nil : answer.exchange.summary
        } catch {
            return "no answer came: \(error)"
        }
    }

    /// Has a cure done at the end of a case, and proves it.
    ///
    /// - Returns: Why the registry is not as it was, as one clause; nil when it is.
    func lack(in run: inout CaseRun) async -> String? {
        switch await outcome() {
        case .failure(let error): return "\(hook.rawValue) failed: \(error)"
        case .success(.notOffered): return "there is no way to do \(hook.rawValue)"
        case .success(.done): return await failure(in: &run).map(claim)
        }
    }

    /// What is wrong after a cure that was done by the program's own account.
    func claim(_ failure: String) -> String {
        "\(hook.rawValue) is said to be done, and the registry still cannot store an image: \(failure)"
    }
}
