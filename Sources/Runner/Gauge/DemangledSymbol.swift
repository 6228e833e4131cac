import Glibc

extension String {
    /// `symbol file` with a C++ symbol as people write it; others stay as they are, and so do all where no C++ library is
    /// loaded that could tell.
    var withDemangledSymbol: String {
        guard hasPrefix("_Z"), let space = lastIndex(of: " "), let found = dlsym(nil, "__cxa_demangle") else {
            return self
        }
        typealias Demangle =
            @convention(c) (
                UnsafePointer<CChar>, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?,
                UnsafeMutablePointer<Int32>?
            ) -> UnsafeMutablePointer<CChar>?
        let demangle = unsafeBitCast(found, to: Demangle.self)
        guard let text = demangle(String(self[..<space]), nil, nil, nil) else { return self }
        defer { free(text) }
        return String(cString: text) + self[space...]
    }
}
