/// What a reader does with a page, as scripts that run in it: each leaves its answers, true or false, in the page.
enum PageScript {
    private static func asking(_ body: String) -> String {
        """
        (async () => {
          const answers = {}, expect = (name, value) => { answers[name] = Boolean(value); };
          const wait = time => new Promise(resolve => setTimeout(resolve, time));
          const press = (element, key) =>
            element.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
          try { await wait(100); \(body) } catch (error) { answers[String(error.stack)] = false; }
          document.documentElement.dataset.answers = JSON.stringify(answers);
        })();
        """
    }

    /// Hover, filter, pin, keys.
    static let explorer = asking(
        """
        const explorer = document.getElementById("explorer"), canvas = explorer.querySelector("canvas");
        const tip = explorer.querySelector(".tip"), chart = () => Chart.getChart(canvas);
        const change = (key, value) => {
          const control = explorer.querySelector(`select[data-key="${key}"]`);
          control.value = value;
          control.dispatchEvent(new Event("change"));
        };
        const over = place => {
          const {x, y} = chart().data.datasets.flatMap((set, s) => chart().getDatasetMeta(s).data)[place];
          const box = canvas.getBoundingClientRect();
          return {clientX: box.left + x, clientY: box.top + y, bubbles: true};
        };
        expect("all trials of the first picture are there", +explorer.dataset.shown >= 4);
        canvas.dispatchEvent(new PointerEvent("pointermove", over(0)));
        expect("hover tells the row", !tip.hidden && /peak.*iB.*time.*gradient/.test(tip.textContent));
        expect("and the command", /^unroll measure --strategy \\S+ .*--repetitions \\d+$/.test(tip.querySelector("code").textContent));
        canvas.dispatchEvent(new PointerEvent("pointerleave"));
        expect("which goes with the pointer", tip.hidden);

        const before = +explorer.dataset.shown;
        change("length", "");
        expect("a filter less, more trials", +explorer.dataset.shown > before);
        const wide = +explorer.dataset.shown;
        explorer.querySelector("[data-family=segmented]").click();
        expect("a strategy less, fewer trials", +explorer.dataset.shown < wide);
        explorer.querySelector("[data-family=segmented]").click();
        expect("and all again", +explorer.dataset.shown === wide);
        change("x", "length");
        change("y", "peak_bytes");
        expect("against T trials are joined", chart().data.datasets.some(set => set.showLine));

        canvas.dispatchEvent(new MouseEvent("click", over(0)));
        expect("a click pins", explorer.dataset.pins === "1");
        canvas.focus();
        press(canvas, "End");
        press(canvas, "Enter");
        expect("Enter pins another", explorer.dataset.pins === "2");
        expect("roles are stacked", explorer.querySelectorAll(".bar span").length >= 4);
        expect("the ratio has an interval", /time×[\\d.]+ [\\d.]+ to [\\d.]+ \\([\\d.]+ %/.test(explorer.querySelector(".ratio").textContent));
        press(canvas, "Escape");
        expect("Escape lets go", explorer.dataset.pins === "0");
        """)

    /// Play, step, scrub, and what the picture shows at the end.
    static let player = asking(
        """
        const player = document.getElementById("player"), lanes = [...player.querySelectorAll(".lane")];
        const button = label => player.querySelector(`button[aria-label="${label}"]`);
        const scrub = player.querySelector("input[type=range]"), lane = lanes[0];
        const kept = () => lane.querySelectorAll(".network .recorded").length;
        const records = () => lane.querySelector("[data-role=records] td").textContent;
        press(player, "Home");
        expect("Home goes to the start", player.dataset.time === "0.000" && kept() === 0 && records() === "0 B");
        button("On one action").click();
        expect("a button goes on by an action", player.dataset.place === "1");
        press(player, "ArrowRight");
        expect("and so does a key", player.dataset.place === "2");
        press(player, "ArrowLeft");
        expect("and back", player.dataset.place === "1");
        const tops = () => Math.max(...Chart.getChart(lane.querySelector(".chart canvas")).data.datasets.map(set => set.data[0].y));
        const all = tops();
        player.querySelector("input[type=checkbox]").click();
        expect("what no schedule changes may be left out", tops() !== all);
        // Without a window frames come when they like.
        window.requestAnimationFrame = act => setTimeout(() => act(performance.now()), 16);
        window.cancelAnimationFrame = clearTimeout;
        press(player, "Home");
        button("Play").click();
        await wait(2000);
        const time = +player.dataset.time;
        expect("playing, time goes on", time > 0 && time < +scrub.max && button("Pause"));
        press(player, " ");
        expect("a space stops it", button("Play"));
        scrub.value = lane.querySelectorAll(".network g").length;
        scrub.dispatchEvent(new Event("input"));
        expect("when all steps have been run, records are kept and counted", kept() > 0 && records() !== "0 B");
        scrub.value = scrub.max;
        scrub.dispatchEvent(new Event("input"));
        expect("at the end every lane has gone back over every step", lanes.every(lane =>
          [...lane.querySelectorAll(".network g")].every(step => step.classList.contains("reversed"))));
        expect("and holds no record", kept() === 0 && records() === "0 B");
        const visible = () => lanes.filter(lane => !lane.hidden), before = visible().length;
        const picks = [...player.querySelectorAll("[data-lane]")], other = picks.find(pick => pick.ariaPressed === "false");
        if (other) {
          other.click();
          const added = lanes.find(lane => lane.dataset.strategy === other.dataset.lane);
          expect("a strategy that is picked is shown", visible().length === before + 1 && !added.hidden);
          press(player, "End");
          expect("and played", [...added.querySelectorAll(".network g")].every(step => step.classList.contains("reversed"))
            && added.querySelector("[data-role=records] td").textContent === "0 B");
          picks.forEach(pick => { if (pick.ariaPressed === "true") pick.click(); });
          expect("one stays", visible().length === 1);
        }
        """)

    /// The table of claims and own findings.
    static let findings = asking(
        """
        const box = document.getElementById("findings"), search = box.querySelector("input");
        const rows = [...box.querySelectorAll("tbody tr")], shown = () => rows.filter(row => !row.hidden).length;
        expect("all are there", shown() === rows.length && +box.dataset.shown === rows.length);
        expect("own findings among claims", new Set(rows.map(row => row.dataset.verdict)).has("own finding"));
        search.value = "square root";
        search.dispatchEvent(new Event("input"));
        expect("words filter", shown() > 0 && shown() < rows.length);
        search.value = "";
        search.dispatchEvent(new Event("input"));
        const verdict = [...box.querySelectorAll(".legend button")].find(button => button.textContent.startsWith("own"));
        verdict.click();
        expect("verdicts filter", shown() === rows.filter(row => row.dataset.verdict !== "own finding").length);
        verdict.click();
        const button = box.querySelector("[data-figure]");
        button.click();
        expect("a picture is shown", box.querySelector(".shown figure svg") && button.getAttribute("aria-expanded") === "true");
        button.click();
        expect("and put away", !box.querySelector(".shown"));
        location.hash = "#experiment-own";
        await wait(100);
        expect("a link unfolds its experiment", document.getElementById("experiment-own").open);
        """)
}
