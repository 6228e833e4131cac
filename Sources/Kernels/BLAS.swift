import COpenBLAS

/// The linear algebra library behind the products.
package enum BLAS {
    /// Sets how many threads a product may use.
    package static func setThreads(_ count: Int) { openblas_set_num_threads(Int32(count)) }

    /// Version, build options and the kernels chosen for this processor.
    package static var configuration: String {
        let build = String(cString: openblas_get_config()).split(separator: " ").joined(separator: " ")
        return "\(build); kernels \(String(cString: openblas_get_corename()))"
    }
}
