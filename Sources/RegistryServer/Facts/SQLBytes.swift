// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import GRDB

/// Bytes on their way into a BLOB column.
struct SQLBytes: DatabaseValueConvertible {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var databaseValue: DatabaseValue { Data(bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> SQLBytes? {
        Data.fromDatabaseValue(value).map { SQLBytes([UInt8]($0)) }
    }
}
