package import Kernels
package import Shapes

extension Precision {
    /// The type itself: what is generic over it takes it as an argument, and one call serves all.
    package var scalar: any Scalar.Type {
        switch self {
        case .float, .bfloat16: Float.self
        case .double: Double.self
        }
    }
}
