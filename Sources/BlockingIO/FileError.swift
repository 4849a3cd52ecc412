// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// The operating system refused something that we asked of a file.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, as in `cannot … PATH`: `open`, `write`, `rename`.
    package let operation: String
    package let path: FilePath
    package let errno: Errno

    package init(_ operation: String, _ path: FilePath, _ errno: Errno) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }

    package var description: String { "cannot \(operation) \(path): \(errno)" }

    /// Runs a call of the System package and says what it was about when it fails.
    ///
    /// `body` throws `Errno` or ``FileError``; of anything else only an input/output error would be left.
    package static func wrap<Value>(
        _ operation: String, _ path: FilePath, _ body: () throws -> Value
    ) throws(FileError) -> Value {
        do {
            return try body()
        } catch let error as FileError {
            throw error
        } catch let error as Errno {
            throw FileError(operation, path, error)
        } catch {
            throw FileError(operation, path, .ioError)
        }
    }

    /// Runs a C call that answers 0, or -1 with errno.
    static func check(_ operation: String, _ path: FilePath, _ call: () -> Int32) throws(FileError) {
        while call() != 0 {
            let errno = Errno.current
            guard errno == .interrupted else { throw FileError(operation, path, errno) }
        }
    }
}
