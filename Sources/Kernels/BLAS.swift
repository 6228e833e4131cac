import Glibc

/// The linear algebra library that products are compared with: OpenBLAS, loaded when it is first asked. Linked, it would be in every
/// trial, with 3 ms of its start, and with its threads, which spin on the other processors while the trial is prepared.
package enum BLAS {
    /// Sets how many threads a product may use.
    package static func setThreads(_ count: Int) { library.setThreads(Int32(count)) }

    /// Name and version.
    package static var version: String { build.prefix(2).joined(separator: " ") }

    /// Build options, and the kernels chosen for this processor.
    package static var configuration: String {
        (build.dropFirst(2) + ["kernels=\(String(cString: library.kernels()))"]).joined(separator: " ")
    }

    private static var build: [Substring] { String(cString: library.configuration()).split(separator: " ") }

    /// - Throws: ``Missing``; nothing else here may be asked then.
    package static func load() throws(Missing) { _ = try loaded.get() }

    /// The library is not there, or not what it should be.
    package struct Missing: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// CBLAS's own signature: order, whether A and B are transposed, m, n, k, α, A, its pitch, B, its pitch, β, C, its pitch.
    typealias FloatProduct =
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32,
            Float, UnsafeMutablePointer<Float>, Int32
        ) -> Void
    typealias DoubleProduct =
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Double, UnsafePointer<Double>, Int32, UnsafePointer<Double>,
            Int32, Double, UnsafeMutablePointer<Double>, Int32
        ) -> Void

    /// CBLAS_ORDER and CBLAS_TRANSPOSE.
    static let rowMajor: Int32 = 101
    static func transposition(_ isTransposed: Bool) -> Int32 { isTransposed ? 112 : 111 }

    struct Library: Sendable {
        let sgemm: FloatProduct
        let dgemm: DoubleProduct
        fileprivate let setThreads: @convention(c) (Int32) -> Void
        fileprivate let configuration, kernels: @convention(c) () -> UnsafePointer<CChar>
    }

    static var library: Library {
        guard case .success(let library) = loaded else {
            preconditionFailure("a program that multiplies by BLAS loads it first")
        }
        return library
    }

    private static let loaded: Result<Library, Missing> = Result { () throws(Missing) in
        let name = "libopenblas.so.0"
        guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
            throw Missing(
                description: (dlerror().map { String(cString: $0) } ?? "\(name) is not there")
                    + "; large products are its: apt-get install libopenblas0")
        }
        func symbol<Function>(_ symbol: String, as _: Function.Type = Function.self) throws(Missing) -> Function {
            guard let address = dlsym(handle, symbol) else {
                throw Missing(description: "\(name) has no \(symbol)")
            }
            return unsafeBitCast(address, to: Function.self)
        }
        return Library(
            sgemm: try symbol("cblas_sgemm"), dgemm: try symbol("cblas_dgemm"),
            setThreads: try symbol("openblas_set_num_threads"), configuration: try symbol("openblas_get_config"),
            kernels: try symbol("openblas_get_corename"))
    }
}
