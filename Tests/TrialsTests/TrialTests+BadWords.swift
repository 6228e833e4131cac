import Quantities
import Schedules
import Shapes
import Testing
import Trials

/// Words that make no trial.
extension TrialTests {
    @Test(arguments: [
        ("layers=0", "'layers' is '0'; allowed: a whole number from 1 to 64"),
        ("layers=65", "'layers' is '65'; allowed: a whole number from 1 to 64"),
        ("layers=two", "'layers' is 'two'; allowed: a whole number from 1 to 64"),
        ("layers=", "'layers' is ''; allowed: a whole number from 1 to 64"),
        ("layers", "'layers' is ''; allowed: a whole number from 1 to 64"),
        ("hidden=1.5", "'hidden' is '1.5'; allowed: a whole number from 1 to 65536"),
        ("input=-1", "'input' is '-1'; allowed: a whole number from 1 to 65536"),
        ("batch=65537", "'batch' is '65537'; allowed: a whole number from 1 to 65536"),
        ("length=100000001", "'length' is '100000001'; allowed: a whole number from 1 to 100000000"),
        (
            "length=99999999999999999999",
            "'length' is '99999999999999999999'; allowed: a whole number from 1 to 100000000"
        ),
        ("threads=257", "'threads' is '257'; allowed: a whole number from 1 to 256"),
        ("updates=-1", "'updates' is '-1'; allowed: a whole number from 0 to 100000000"),
        ("updates=1.5", "'updates' is '1.5'; allowed: a whole number from 0 to 100000000"),
        ("update_each=window", "'update_each' is 'window'; allowed: sequence, stride"),
        (
            "update_each=stride",
            "'update_each' is 'stride', but strategy 'full' has no strides; allowed: truncated, forward, snap, rflo, eprop, uoro, kf, adaptive, or 'sequence'"
        ),
        ("optimizer=rmsprop", "'optimizer' is 'rmsprop'; allowed: sgd, momentum, adam"),
        ("learning_rate=0", "'learning_rate' is '0'; allowed: a number above 0, at most 1000"),
        ("learning_rate=nan", "'learning_rate' is 'nan'; allowed: a number above 0, at most 1000"),
        ("learning_rate=small", "'learning_rate' is 'small'; allowed: a number above 0, at most 1000"),
        ("learning_rate=1001", "'learning_rate' is '1001'; allowed: a number above 0, at most 1000"),
        ("clip=-1", "'clip' is '-1'; allowed: a number above 0, at most 1000000, or 0 for no limit"),
        ("clip=inf", "'clip' is 'inf'; allowed: a number above 0, at most 1000000, or 0 for no limit"),
        ("seed=-1", "'seed' is '-1'; allowed: a whole number from 0 to 9223372036854775807"),
        (
            "cell=LSTN",
            "'cell' is 'LSTN' (nearest: 'lstm'); allowed: elman, lstm, gru, linear, peephole, "
                + "elstm, mingru, minlstm, lru, slstm, layernorm, projected:width=N, leapgru:bits=N, revgru:bits=N, revlstm:bits=N"
        ),
        (
            "cell=lstm=1",
            "'cell' is 'lstm=1'; allowed: elman, lstm, gru, linear, peephole, "
                + "elstm, mingru, minlstm, lru, slstm, layernorm, projected:width=N, leapgru:bits=N, revgru:bits=N, revlstm:bits=N"
        ),
        (
            "cell=projected",
            "cell 'projected' has no 'width'; allowed: projected:width=…, such as projected:width=64"
        ),
        ("cell=projected:width=0", "cell 'projected': 'width' is '0'; allowed: a whole number from 1 to 65536"),
        ("cell=gru:width=3", "cell 'gru' has 'width'; allowed: no parameters"),
        (
            "task=copying",
            "unknown task 'copying'; allowed: adding, noise, copy, reber, text, labelling, stream, file"
        ),
        (
            "task=",
            "unknown task ''; allowed: adding, noise, copy, reber, text, labelling, stream, file"
        ),
        ("task=copy", "task 'copy' has no 'delay'; allowed: copy:delay=…, such as copy:delay=10"),
        ("task=stream", "task 'stream' has no 'mean'; allowed: stream:mean=…, such as stream:mean=772"),
        ("task=stream:mean=0", "task 'stream': 'mean' is '0'; allowed: a whole number from 1 to 1000000"),
        ("task=stream:mean=9,em=no", "task 'stream': 'em' is 'no'; allowed: true, false"),
        ("task=stream:mean=9,tr=no", "task 'stream' has 'tr'; allowed: mean, em"),
        ("task=copy:", "task 'copy' has an empty parameter; allowed: delay"),
        ("task=copy:delay", "task 'copy': 'delay' is ''; allowed: a whole number from 1 to 99999999"),
        ("task=copy:delay=0", "task 'copy': 'delay' is '0'; allowed: a whole number from 1 to 99999999"),
        (
            "task=copy:delay=100000000",
            "task 'copy': 'delay' is '100000000'; allowed: a whole number from 1 to 99999999"
        ),
        ("task=copy:delay=3=4", "task 'copy': 'delay' is '3=4'; allowed: a whole number from 1 to 99999999"),
        ("task=copy:delay=3,delay=4", "task 'copy' has 'delay' twice; allowed: each parameter once"),
        ("task=copy:delay=3,size=4", "task 'copy' has 'size'; allowed: delay"),
        ("task=reber:length=4", "task 'reber' has 'length'; allowed: no parameters"),
        ("task=noise:", "task 'noise' has an empty parameter; allowed: outputs"),
        ("task=text", "task 'text' has no 'file'; allowed: text:file=…, such as text:file=input.txt"),
        (
            "task=text:file=",
            "task 'text': 'file' is ''; allowed: the path of a file, without control characters"
        ),
        (
            "task=text:file=a,encoding=utf-8",
            "task 'text': 'encoding' is 'utf-8' (nearest: 'utf8'); allowed: bytes, utf8"
        ),
        ("task=text:encoding=utf8", "task 'text' has no 'file'; allowed: text:file=…, such as text:file=input.txt"),
        (
            "task=text:file=,encoding=utf8",
            "task 'text': 'file' is ''; allowed: the path of a file, without control characters"
        ),
        (
            "task=text:file=a\nb",
            "task 'text': 'file' is 'a\nb'; allowed: the path of a file, without control characters"
        ),
        (
            "variant=tied",
            "'variant' is 'tied' (nearest: 'untied'); allowed: plain, untied, input_adjoint, no_state_adjoint, fused_gates, "
                + "recompute_gates, loop, compiled, schedules, hoisted"
        ),
        (
            "recurrent_weights=orthogonal:0",
            "'recurrent_weights' is 'orthogonal:0'; allowed: uniform, orthogonal:SCALE with a scale above 0 and at most 2.0"
        ),
        ("inputs=disk", "'inputs' is 'disk'; allowed: streamed, resident"),
        ("bidirectional=yes", "'bidirectional' is 'yes'; allowed: false, true"),
        ("scalar=half", "'scalar' is 'half'; allowed: float, double, bfloat16"),
        (
            "strategy=ful",
            "unknown strategy 'ful' (nearest: 'full'); allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
        ),
        (
            "strategy=binomial",
            "strategy 'binomial' has no 'slots'; allowed: binomial:slots=…, such as binomial:slots=8"
        ),
        (
            "width=3",
            """
            unknown key 'width'; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, bidirectional, \
            variant, recurrent_weights, scalar, threads, seed, updates, update_each, optimizer, learning_rate, clip, \
            weights, validation, engine, records, rounding, states
            """
        ),
        (
            "window=3",
            """
            unknown key 'window'; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, bidirectional, \
            variant, recurrent_weights, scalar, threads, seed, updates, update_each, optimizer, learning_rate, clip, \
            weights, validation, engine, records, rounding, states
            """
        ),
        (
            "",
            """
            unknown key ''; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, bidirectional, \
            variant, recurrent_weights, scalar, threads, seed, updates, update_each, optimizer, learning_rate, clip, \
            weights, validation, engine, records, rounding, states
            """
        ),
    ])
    func badWord(word: String, message: String) {
        let error = #expect(throws: TrialError.self) { try Trial(words: [word]) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (["seed=1", "seed=1"], "'seed' is given twice"),
        (
            ["strategy=inference", "updates=1"],
            """
            strategy 'inference' does not train: it gives no gradient, or one to be averaged over draws; allowed: full, truncated, \
            segmented, bisection, binomial, internal, mixed, online, multistage, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible
            """
        ),
        (["variant=untied", "bidirectional=true"], "variant 'untied' needs one direction and no updates"),
        (["variant=untied", "updates=1"], "variant 'untied' needs one direction and no updates"),
        (
            ["variant=fused_gates", "hidden=100"],
            "variant 'fused_gates' needs cell lstm, hidden a multiple of 64, threads 1"
        ),
        (["variant=recompute_gates"], "variant 'recompute_gates' needs cell elstm or mingru or minlstm"),
        (
            ["cell=mingru", "recurrent_weights=orthogonal:1"],
            "'recurrent_weights' is 'orthogonal:1.0', but the gates of cell 'mingru' do not see h through a square matrix; "
                + "allowed: uniform"
        ),
        (
            ["variant=fused_gates", "cell=gru"],
            "variant 'fused_gates' needs cell lstm, hidden a multiple of 64, threads 1"
        ),
        (
            ["variant=fused_gates", "threads=2"],
            "variant 'fused_gates' needs cell lstm, hidden a multiple of 64, threads 1"
        ),
        (["task=adding", "input=1"], "'input' is 1, but task 'adding' has at least 2 input channels"),
        (
            ["bidirectional=true", "strategy=truncated:window=500"],
            """
            strategy 'truncated:window=500' is not defined for bidirectional layers: one direction begins at the end of the \
            sequence, and what it brings to a cut comes from all the steps after it; allowed: full, segmented, bisection, \
            binomial, internal, mixed, online, multistage, inference
            """
        ),
        (["task=copy:delay=3", "input=3"], "'input' is 3, but task 'copy:delay=3' has at least 4 input channels"),
        (["task=reber", "input=6"], "'input' is 6, but task 'reber' has at least 7 input channels"),
        (
            ["task=text:file=a.txt"],
            "'input' is 64, but task 'text:file=a.txt' has at least 256 input channels"
        ),
        (
            ["task=copy:delay=10", "length=10"],
            "'length' is 10, but task 'copy:delay=10' has at least 11 steps"
        ),
        (["task=reber", "length=7"], "'length' is 7, but task 'reber' has at least 8 steps"),
    ])
    func badWords(words: [String], message: String) {
        let error = #expect(throws: TrialError.self) { try Trial(words: words) }
        #expect(error?.description == message)
    }
}
