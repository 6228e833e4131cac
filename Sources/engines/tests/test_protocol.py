"""How the programs are asked, answer and refuse.

    UNROLL=…/unroll python tests/test_protocol.py
"""

import os
import subprocess
import unittest

from programs import asked, command, figures, words

# Words, and the sentence on standard error; each with exit code 64.
REFUSED = [
    (["cell=lsmt"], None),
    (["hiden=5"], "unknown key 'hiden'; allowed: layers, input, hidden, "),
    (["hidden=0"], "'hidden' is '0'; allowed: a whole number from 1"),
    (["hidden=5", "hidden=6"], "'hidden' is given twice"),
    (["hidden"], "'hidden' has no value; it is given as hidden=…"),
    (["scalar=half"], "'scalar' is 'half'; this engine has float, double"),
    (["updates=5"], "'updates' is '5'; an engine has '0' alone"),
    (["strategy=segmented"], "'strategy' is 'segmented'; an engine is told the whole number from 1: segmented:length=NUMBER"),
    (["strategy=mixed:memory=8"], "'strategy' is 'mixed:memory=8'; this engine has "),
    (["variant=untied"], "'variant' is 'untied'; this engine has plain, "),
    (["task=stream:mean=9"], "'task' is 'stream:mean=9'; this engine has noise, adding, copy, labelling, file"),
    (["task=copy"], "'task' is 'copy'; allowed: copy:delay=NUMBER, from 1 to 255, one less than T"),
    (["task=copy:delay=3", "input=3"], "'input' is 3, but task 'copy:delay=3' has at least 4 input channels"),
    (["bidirectional=true", "strategy=segmented:length=4"], "two directions go with strategies full and inference"),
]
OF_PYTORCH = [
    (["bidirectional=true", "variant=loop"],
     "a loop of cells has one direction; two go with elman, lstm, gru, full unrolling and variant plain"),
    (["task=labelling", "strategy=bisection"], "CTC's loss is of whole sequences: strategies full, "),
    (["strategy=forward"], "strategy 'forward' is of one Elman layer and of a loss at every step, without parameters"),
    (["strategy=binomial"], "The value 'binomial' is invalid for '--strategy <strategy>': strategy 'binomial' has no 'slots'; "),
]
OF_JAX = [
    (["task=adding"], "what JAX compiles makes the inputs of task noise alone; others go with inputs=resident"),
    (["strategy=truncated:window=4,stride=2"], "truncation by stopping the gradient has one stride: the window"),
    (["strategy=bisection"], "'strategy' is 'bisection'; this engine has full, inference, segmented, truncated, binomial"),
]


class ProtocolTests(unittest.TestCase):
    def test_every_line_is_answered_until_the_input_ends(self):
        for engine in ("pytorch", "jax"):
            with self.subTest(engine=engine):
                self.assertEqual(figures(engine, words(), ""), [])
                answers = figures(engine, words(threads=2, warmup=0, within=1, reference=1, seed=0), "go\nbare\ngo\n")
                self.assertEqual(["peak_rss_bytes" in answer for answer in answers], [True, False, True])
                for answer in answers:
                    self.assertGreater(float(answer["wall_seconds"]), 0)
                    # 4·17·(5 + 17 + 2) of the LSTM, 8·17 + 8 of the head.
                    self.assertEqual([answer["weights_bytes"], answer["gradients_bytes"]], ["7104", "7104"])
                    self.assertEqual(answer["inputs_bytes"], "0")
                    self.assertEqual(int(answer["workers"]), min(2, len(os.sched_getaffinity(0))))

    def test_what_it_cannot_do_is_refused_in_a_sentence(self):
        for engine, own in (("pytorch", OF_PYTORCH), ("jax", OF_JAX)):
            for given, sentence in REFUSED + own:
                with self.subTest(engine=engine, given=given):
                    done = asked(engine, given)
                    self.assertEqual((done.returncode, done.stdout), (64, ""))
                    self.assertEqual(done.stderr.count("\n"), 1)
                    if sentence:
                        self.assertTrue(done.stderr.startswith(sentence), done.stderr)
                    else:
                        self.assertRegex(done.stderr, "'cell' is 'lsmt'; this engine has elman, lstm, gru, linear, peephole")

    def test_what_is_no_request(self):
        for engine in ("pytorch", "jax"):
            done = subprocess.run(command(engine), capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (64, "a trial program is asked 'measure key=value…'\n"))

    def test_files_that_do_not_fit(self):
        cases = [
            (["weights=/nowhere"], 74, "cannot read '/nowhere': "),
            ([f"weights={os.path.abspath(__file__)}"], 65, f"{os.path.abspath(__file__)} is no safetensors file: "),
            (["task=file:path=/nowhere"], 74, "cannot read '/nowhere': "),
            (["task=file"], 64, "task 'file' is given as file:path=F.safetensors"),
        ]
        for given, code, sentence in cases:
            with self.subTest(given=given):
                done = asked("pytorch", given)
                self.assertEqual((done.returncode, done.stdout), (code, ""))
                self.assertTrue(done.stderr.startswith(sentence), done.stderr)

    def test_what_is_missing(self):
        cases = [
            ({"UNROLL": "/nowhere"}, {"strategy": "bisection"}, "cannot run '/nowhere', which UNROLL names: No such file or directory\n"),
            ({"UNROLL": ""}, {"strategy": "bisection"}, "strategy 'bisection' here is what `unroll schedule` prints: put unroll in PATH"),
            ({"CXX": "c--"}, {"variant": "compiled"}, "variant 'compiled' needs a C++ compiler, and there is no 'c--': apt-get"),
        ]
        for variables, factors, sentence in cases:
            with self.subTest(variables=variables):
                environment = os.environ | {"PATH": "/nowhere"} | variables
                done = subprocess.run(
                    [*command("pytorch"), "measure", *words(**factors)], env=environment, capture_output=True, text=True
                )
                self.assertEqual((done.returncode, done.stdout), (69, ""))
                self.assertTrue(done.stderr.startswith(sentence), done.stderr)


if __name__ == "__main__":
    unittest.main()
