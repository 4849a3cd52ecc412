// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import GRDB
import HTTPTypes
import SystemPackage

/// Why a request cannot be done although nothing is wrong with it: the storage does not take or give what it should.
///
/// The registry goes on with what it can: reads while nothing can be written, and everything when the operator has
/// mended the storage.
enum StorageFault: Sendable {
    case full
    case readOnly
    /// The device fails, or the database is locked for too long.
    case failing

    /// nil for an error that does not come from the storage.
    init?(_ error: any Error) {
        switch error {
        case let error as FileError: self.init(error.errno)
        case let error as DatabaseError: self.init(error.resultCode)
        default: return nil
        }
    }

    private init?(_ errno: Errno) {
        switch errno {
        case .noSpace, .diskQuotaExceeded: self = .full
        case .readOnlyFileSystem, .permissionDenied, .notPermitted: self = .readOnly
        case .ioError: self = .failing
        default: return nil
        }
    }

    private init?(_ code: ResultCode) {
        switch code {
        case .SQLITE_FULL: self = .full
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_BUSY: self = .failing
        default: return nil
        }
    }

    /// 507 or 503: a client may try again later.
    var status: HTTPResponse.Status {
        switch self {
        case .full: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case .readOnly, .failing: .serviceUnavailable
        }
    }

    /// One clause for the client: what its user can tell the operator.
    var message: String {
        switch self {
        case .full: "the registry's storage is full: nothing can be stored until there is space again"
        case .readOnly: "the registry's storage is read-only: nothing can be stored or deleted at the moment"
        case .failing: "the registry's storage does not work at the moment"
        }
    }
}
