import Schedules
import Shapes
import Testing
import Trials

/// Roles that a trial's process makes heaps for are those of which bytes are predicted: no more than states and records besides.
@Test(arguments: ["lstm", "gru", "mingru", "leapgru:bits=3"])
func rolesAreThoseWithBytes(cell: String) throws {
    for strategy in [
        "full", "truncated:window=4", "binomial:slots=2", "forward", "snap:order=1", "reversible", "inference",
    ] {
        for words in [[], ["task=labelling"], ["updates=2", "optimizer=adam"], ["inputs=resident"]] {
            guard
                let trial = try? Trial(
                    words: ["cell=\(cell)", "length=20", "input=12", "hidden=5", "strategy=\(strategy)"] + words)
            else { continue }
            var simulator = Simulator(footprint: trial.footprint)
            for action in trial.schedule { simulator.apply(action) }
            let used = Set(Role.allCases.filter { simulator.peaks[$0] > 0 })
            #expect(trial.roles == used.union([.states, .records]), "\(trial.words)")
        }
    }
}
