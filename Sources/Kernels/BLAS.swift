import COpenBLAS

/// The linear algebra library that products are compared with.
package enum BLAS {
    /// Sets how many threads a product may use.
    package static func setThreads(_ count: Int) { openblas_set_num_threads(Int32(count)) }

    /// Name and version.
    package static var version: String { build.prefix(2).joined(separator: " ") }

    /// Build options, and the kernels chosen for this processor.
    package static var configuration: String {
        (build.dropFirst(2) + ["kernels=\(String(cString: openblas_get_corename()))"]).joined(separator: " ")
    }

    private static var build: [Substring] { String(cString: openblas_get_config()).split(separator: " ") }
}
