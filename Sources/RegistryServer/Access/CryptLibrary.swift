// SPDX-License-Identifier: Apache-2.0

import Glibc

/// crypt(3) of the system's libcrypt, which is loaded when it is first needed.
///
/// Not linked: no other command has to find it, or wait for it. It has two names, .1 where it also serves old
/// programs and .2 elsewhere; crypt_ra is the same in both.
struct CryptLibrary: Sendable {
    private typealias Function =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutableRawPointer?>,
            UnsafeMutablePointer<CInt>
        ) -> UnsafeMutablePointer<CChar>?

    /// The address of crypt_ra, which stays where it is: the library is never closed.
    private let address: UInt

    /// Loaded once; a machine that lacks it lacks it until the next start.
    static let system: Result<CryptLibrary, CryptError> = {
        for name in ["libcrypt.so.1", "libcrypt.so.2"] {
            guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
            if let symbol = dlsym(library, "crypt_ra") {
                return .success(CryptLibrary(address: UInt(bitPattern: symbol)))
            }
        }
        return .failure(.missing)
    }()

    /// Whether this machine can hash by bcrypt: asked before anybody needs it.
    static var works: Result<Void, CryptError> {
        Result { () throws(CryptError) in
            let setting = "$2y$04$......................"
            _ = try system.get().hash(Array("password".utf8), like: setting)
        }
    }

    /// The hash of a password with the method, cost and salt of another hash.
    ///
    /// Blocks; thread-safe.
    func hash(_ password: [UInt8], like setting: String) throws(CryptError) -> String {
        guard let symbol = UnsafeRawPointer(bitPattern: address) else { throw .missing }
        let function = unsafeBitCast(symbol, to: Function.self)
        var scratch: UnsafeMutableRawPointer?
        var size: CInt = 0
        defer {
            if let scratch {
                explicit_bzero(scratch, Int(size))
                free(scratch)
            }
        }
        let phrase = password.map { CChar(bitPattern: $0) } + [0]
        guard let hash = function(phrase, setting, &scratch, &size) else { throw .refused(errno) }
        return String(cString: hash)
    }
}

/// The system cannot hash passwords.
package enum CryptError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no libcrypt with crypt_ra(3).
    case missing
    /// It does not know bcrypt, or has no memory: errno.
    case refused(Int32)

    package var description: String {
        switch self {
        case .missing:
            "passwords cannot be hashed: this machine has no libcrypt (Debian's package is libcrypt1)"
        case .refused(let code): "passwords cannot be hashed: libcrypt refuses bcrypt (errno \(code))"
        }
    }
}
