import Experiments
import Foundation
import Runner
import Schedules
import Shapes
import Testing
import Trials

/// Says whose gradient is in the file that it was given, and leaves its own where there is none.
private let sharing = """
    file=
    for word in "$@"; do case $word in
        cell=*|length=*|strategy=*|variant=*) name="$name${name:+ }${word#*=}";;
        gradient=*) file=${word#*=};;
    esac; done
    if [ -n "$file" ]; then
        [ -s $file ] || echo "$name" > $file
        echo "$name|$(cat $file)" >> $0.log
    fi
    \(FakeTrial.working)
    """

@Test("The processes of a group share the gradient of their reference; what makes none, and what is alone, has no file")
func trialsOfOneReferenceShareIt() throws {
    let fake = try FakeTrial(sharing)
    defer { withExtendedLifetime(fake) {} }
    var trials: [Trial] = []
    for length in [64, 128] {
        for strategy in [Strategy.inference, .full, .binomial(slots: 4)] {
            trials.append(try Trial(cell: .lstm, length: length, strategy: strategy))
        }
    }
    trials.append(try Trial(cell: .lstm, length: 64, strategy: .segmented(length: 8), variant: .untied))
    trials.append(try Trial(cell: .gru, length: 64, strategy: .binomial(slots: 4)))
    let experiment = Experiment(name: "a", trials: trials, repetitions: 1, warmup: 1, limits: Limits())
    let summary = Sweep(experiment, trials: trials, program: fake.program).run(write: { (_) throws(Never) in })
    #expect(summary.complete == trials.count)
    // The others of a group prepare at once, in any order.
    #expect(fake.log.first == "lstm 64 full|lstm 64 full")
    #expect(
        fake.log.sorted() == [
            "lstm 128 binomial:slots=4|lstm 128 full", "lstm 128 full|lstm 128 full",
            "lstm 64 binomial:slots=4|lstm 64 full", "lstm 64 full|lstm 64 full",
            "lstm 64 segmented:length=8 untied|lstm 64 full",
        ])
}
