// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

extension LayerTree {
    /// Hides what lower layers have; what this layer has put there stays, in whichever order they come.
    func apply(_ whiteout: Whiteout) throws(LayerError) {
        forgetParent()
        switch whiteout {
        case .removed(let path):
            guard let name = path.lastComponent,
                let folder = try folder(path.removingLastComponent(), creating: false)
            else { return }
            _ = try removeOld(Place(folder: folder, name: name, path: path))
        case .opaque(let path):
            let place = try place(of: path)
            for child in try place.children() { _ = try removeOld(child) }
        case .ignored: break
        }
    }

    /// - Returns: true when nothing is left.
    private func removeOld(_ place: Place) throws(LayerError) -> Bool {
        guard let status = place.status else { return true }
        let isOld = !made.contains(FileIdentity(status))
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return isOld ? try place.unlink(flags: 0) : false
        }
        var isEmpty = true
        for child in try place.children() where try !removeOld(child) { isEmpty = false }
        return isOld && isEmpty ? try place.unlink(flags: AT_REMOVEDIR) : false
    }
}
