import Files
import Glibc
import Machine
import Trials

/// Memory in which the processes of a group's trials share the gradient that theirs are held against: the first computes it. It
/// takes the bytes of one gradient, and is given back with this value and the processes that have it.
struct SharedReferences {
    private var outputs: [Trial: HandedOutput] = [:]

    /// - Parameter trials: of those that alone have their reference each computes its own, and so do all where the system gives
    ///   no such memory.
    init(of trials: [Trial]) {
        for (reference, trials) in Dictionary(grouping: trials, by: \.sharedReference) {
            guard let reference, trials.count > 1 else { continue }
            let descriptor = SharedMemory.open("unroll-gradient")
            guard descriptor >= 0 else { continue }
            outputs[reference] = try? HandedOutput("/dev/fd/\(descriptor)")
            close(descriptor)
        }
    }

    /// Nil where the trial's process shares none.
    subscript(trial: Trial) -> HandedOutput? { trial.sharedReference.flatMap { outputs[$0] } }
}
