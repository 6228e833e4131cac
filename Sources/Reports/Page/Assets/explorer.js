"use strict";
// Trials as marks against two axes: filter, hover, pin two and hold them against each other.
(() => {
  const panel = document.getElementById("explorer");
  if (!panel || !trials) return;
  const {make, draw, theme, onTheme, css, scale} = unroll;
  const {data, all, axes, axis, name, place, facts} = trials;

  // MARK: What the reader has chosen

  const state = {experiment: -1, x: "", y: "", filters: {}, hidden: new Set(), pins: [], at: null};
  // All that the filters leave, but for that of one factor.
  const left = but => all.filter(trial => (state.experiment < 0 || trial.experiment === state.experiment)
    && Object.entries(state.filters).every(([i, value]) => +i === but || trial.factors[i] === value));
  const shown = () => left().filter(trial => !state.hidden.has(trial.family)
    && axis(state.x).value(trial) != null && axis(state.y).value(trial) != null);
  const valuesOf = i => [...new Set(left(i).map(trial => trial.factors[i]))];

  const choose = experiment => {
    Object.assign(state, {experiment, filters: {}, hidden: new Set()});
    const differs = axis => new Set(left().map(axis.value).filter(value => value != null)).size > 1;
    const able = axes.filter(differs).map(axis => axis.name);
    const preferred = ["time_ratio", "wall_seconds", "length", "window", "hidden", "batch"];
    state.x = preferred.find(name => able.includes(name)) ?? axes[0].name;
    const isRatio = state.x === "time_ratio" && able.includes("peak_ratio");
    state.y = isRatio ? "peak_ratio" : axes[0].name;
    // Of the sizes that a picture would mix up the largest, and one cell.
    if (experiment >= 0) data.factors.forEach((factor, i) => {
      const values = valuesOf(i);
      if (values.length < 2 || state.x === factor.name) return;
      if (factor.name === "cell") state.filters[i] = values.find(v => factor.values[v] === "lstm") ?? values[0];
      else if (["length", "hidden", "batch", "layers"].includes(factor.name)) state.filters[i] = Math.max(...values);
    });
    // Where a strategy or two are compared, it is over a size.
    const size = ["window", "length", "hidden", "batch", "layers"].find(name => able.includes(name));
    if (shown().length < 3 && size) {
      [state.x, state.y] = [size, axes[0].name];
      delete state.filters[axis(size).place];
    }
    if (!shown().length) state.filters = {};
    changed();
  };
  const changed = () => { showControls(); showChart(); };

  // MARK: Controls

  const controls = make("div", {class: "controls"});
  const legend = make("div", {class: "legend", role: "group", "aria-label": "Strategies"});
  const canvas = make("canvas", {tabindex: 0, role: "application",
    "aria-label": "Trials as marks. Arrow keys go from mark to mark, Enter pins one, Escape lets go."});
  const tip = make("div", {class: "tip", hidden: true});
  const status = make("p", {class: "status", "aria-live": "polite"}), pinned = make("div", {class: "pins"});
  const question = make("p", {class: "question"});
  panel.replaceChildren(controls, question, legend, make("div", {class: "chart"}, canvas, tip), status, pinned);

  const select = (key, label, options, value, change) => {
    const control = make("select", {"data-key": key, onchange: () => {
      change(control.value);
      controls.querySelector(`[data-key="${key}"]`)?.focus();
    }}, options.map(([text, key]) => make("option", {value: key, selected: String(key) === String(value)}, text)));
    return make("label", {}, make("span", {}, label), control);
  };
  const showControls = () => {
    const options = axes.map(axis => [axis.title, axis.name]);
    const filters = data.factors.map((factor, i) => ({factor, i, values: valuesOf(i).sort((a, b) => a - b)}))
      .filter(({factor, i, values}) => !factor.isDerived && (i in state.filters || values.length > 1));
    controls.replaceChildren(
      ...(data.experiments.length > 1 ? [select("experiment", "experiment",
        [[`all ${data.experiments.length}`, -1], ...data.experiments.map((text, i) => [text, i])],
        state.experiment, value => choose(+value))] : []),
      select("x", "across", options, state.x, value => { state.x = value; changed(); }),
      select("y", "up", options, state.y, value => { state.y = value; changed(); }),
      ...filters.map(({factor, i, values}) => select(factor.name, factor.title,
        [["all", ""], ...values.map(v => [factor.values[v] || "none", v])], state.filters[i] ?? "", value => {
          if (value === "") delete state.filters[i]; else state.filters[i] = +value;
          changed();
        })));
    const asked = data.experiments[state.experiment];
    question.hidden = !asked || state.experiment === data.lead;
    if (asked) question.replaceChildren(data.questions[state.experiment], " ",
      make("a", {href: `#experiment-${asked}`}, "Its answer, pictures and tables"));
    const present = new Set(left().map(trial => trial.family));
    legend.replaceChildren(...data.families.map((family, i) => present.has(i) ? make("button",
      {type: "button", "aria-pressed": String(!state.hidden.has(i)), "data-family": family.name, onclick: () => {
        if (!state.hidden.delete(i)) state.hidden.add(i);
        changed();
        legend.querySelector(`[data-family="${family.name}"]`).focus();
      }}, swatch(family), family.name) : null).filter(Boolean));
  };
  const shapes = {
    circle: "M6,1.5a4.5,4.5 0 1 0 .01,0z", rect: "M2,2h8v8h-8z", triangle: "M6,1.5l5,9h-10z",
    rectRot: "M6,.5l5.5,5.5l-5.5,5.5l-5.5,-5.5z",
    rectRounded: "M4,2h4a2,2 0 0 1 2,2v4a2,2 0 0 1 -2,2h-4a2,2 0 0 1 -2,-2v-4a2,2 0 0 1 2,-2z",
  };
  const swatch = family => draw("svg", {viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true"},
    draw("path", {d: shapes[family.shape], fill: family.colour[theme()], transform: `rotate(${family.turn} 6 6)`}));

  // MARK: Chart

  let chart = null;
  const marks = () => chart ? chart.data.datasets.flatMap((set, s) => chart.getDatasetMeta(s).data.map((mark, m) =>
    ({x: mark.x, y: mark.y, trial: set.data[m].trial, colour: set.pointBorderColor,
      isNamed: !set.showLine || m === set.data.length - 1}))) : [];

  // Where times lie.
  const whiskers = {id: "whiskers", beforeDatasetsDraw: ({ctx, scales}) => {
    const side = ["x", "y"].find(side => state[side] === "time_ratio");
    if (!side) return;
    ctx.save();
    for (const mark of marks()) {
      const [low, high] = mark.trial.interval.map(value => scales[side].getPixelForValue(value));
      if (low === undefined) continue;
      ctx.strokeStyle = mark.colour;
      ctx.beginPath();
      ctx.moveTo(...(side === "x" ? [low, mark.y] : [mark.x, low]));
      ctx.lineTo(...(side === "x" ? [high, mark.y] : [mark.x, high]));
      ctx.stroke();
    }
    ctx.restore();
  }};
  // Names where there is room for them, and rings around what is pinned or looked at.
  const notes = {id: "notes", afterDatasetsDraw: ({ctx, chartArea}) => {
    ctx.save();
    ctx.font = `12px ${Chart.defaults.font.family}`;
    const all = marks(), named = all.filter(mark => mark.isNamed), taken = [];
    if (named.length <= 24) for (const mark of named) {
      const text = name(mark.trial), width = ctx.measureText(text).width;
      const x = mark.x + 12 + width < chartArea.right ? mark.x + 12 : mark.x - 12 - width;
      const box = [x, mark.y - 8, x + width, mark.y + 8];
      const others = all.filter(other => other !== mark).map(({x, y}) => [x - 6, y - 6, x + 6, y + 6]);
      const clashes = [...taken, ...others]
        .some(other => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
      if (clashes) continue;
      taken.push(box);
      ctx.fillStyle = css("--soft");
      ctx.fillText(text, x, mark.y + (mark.isNamed && x < mark.x ? -8 : 4));
    }
    ctx.strokeStyle = ctx.fillStyle = css("--ink");
    ctx.lineWidth = 2;
    for (const mark of all) {
      const pin = state.pins.indexOf(mark.trial);
      if (pin < 0 && mark.trial !== state.at) continue;
      ctx.beginPath();
      ctx.arc(mark.x, mark.y, 10, 0, 2 * Math.PI);
      ctx.stroke();
      if (pin >= 0) ctx.fillText("AB"[pin], mark.x - 4, mark.y - 14);
    }
    ctx.restore();
  }};

  const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
  const datasets = visible => {
    const x = axis(state.x), y = axis(state.y), groups = new Map(), siblings = new Map(), paper = css("--paper");
    for (const trial of visible) {
      const others = x.isFactor ? [trial.experiment, ...trial.factors.filter((_, i) =>
        i !== x.place && !data.factors[i].isDerived)] : [];
      const key = [trial.strategy, ...others].join();
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(trial);
      if (!siblings.has(trial.family)) siblings.set(trial.family, new Set());
      siblings.get(trial.family).add(trial.strategy);
    }
    return [...groups.values()].map(group => {
      const {strategy, family} = group[0], {colour, shape, turn} = data.families[family];
      const stroke = colour[theme()], points = group.map(trial => ({x: x.value(trial), y: y.value(trial), trial}));
      points.sort((a, b) => a.x - b.x);
      return {
        data: points,
        pointStyle: shape, rotation: turn, radius: 5.5, hoverRadius: 5.5, pointBorderWidth: 1.6,
        pointBorderColor: stroke, pointBackgroundColor: points.map(({trial}) => trial.exact === false ? paper : stroke),
        showLine: Boolean(x.isFactor) && groups.size <= 40, borderColor: stroke, borderWidth: 1.6,
        borderDash: dashes[[...siblings.get(family)].indexOf(strategy) % dashes.length],
      };
    });
  };
  const showChart = () => {
    const visible = shown(), scope = all.filter(trial => state.experiment < 0 || trial.experiment === state.experiment);
    const scaleOf = side => scale(axis(state[side]), visible.map(axis(state[side]).value));
    chart?.destroy();
    chart = visible.length ? new Chart(canvas, {
      type: "scatter", data: {datasets: datasets(visible)}, plugins: [whiskers, notes],
      options: {
        responsive: true, maintainAspectRatio: false, events: [], layout: {padding: {top: 14, right: 14}},
        plugins: {legend: {display: false}, tooltip: {enabled: false}},
        scales: {x: scaleOf("x"), y: scaleOf("y")},
      },
    }) : null;
    const isTimed = [state.x, state.y].includes("time_ratio") && visible.some(trial => trial.interval.length);
    status.textContent = !visible.length ? "No trial has both figures under these filters."
      : `${visible.length} of ${scope.length} trials. Hollow: another gradient than full unrolling's.`
        + (isTimed ? " Whiskers: 95 % intervals." : "") + " Click a mark, or press Enter on it, to pin it.";
    panel.dataset.shown = visible.length;
    showTip(null);
    showPins();
  };

  // MARK: Hover, keys, pins

  const showTip = mark => {
    state.at = mark?.trial ?? null;
    tip.hidden = !mark;
    if (mark) {
      const {trial} = mark, isNear = other => Math.hypot(other.x - mark.x, other.y - mark.y) < 4;
      const near = marks().filter(isNear).length - 1;
      tip.replaceChildren(make("strong", {}, name(trial)), make("p", {}, place(trial)),
        make("dl", {}, facts(trial).map(([term, text]) => [make("dt", {}, term), make("dd", {}, text)])),
        make("p", {}, trials.experiment(trial) + (near > 0 ? `; ${near} more at this place` : "")),
        make("code", {}, trial.command));
      const box = canvas.parentElement.getBoundingClientRect(), width = Math.min(350, box.width - 8);
      tip.style.width = `${width}px`;
      const x = mark.x > box.width / 2 ? mark.x - width - 16 : mark.x + 16;
      tip.style.left = `${Math.max(0, Math.min(x, box.width - width))}px`;
      tip.style.top = `${Math.max(0, mark.y - tip.offsetHeight / 2)}px`;
    }
    chart?.draw();
  };
  const nearest = event => {
    const box = canvas.getBoundingClientRect();
    const far = mark => Math.hypot(mark.x - event.clientX + box.left, mark.y - event.clientY + box.top);
    return marks().reduce((best, mark) => far(mark) < (best ? far(best) : 24) ? mark : best, null);
  };
  canvas.addEventListener("pointermove", event => {
    const mark = nearest(event);
    canvas.style.cursor = mark ? "pointer" : "";
    if ((mark?.trial ?? null) !== state.at) showTip(mark);
  });
  canvas.addEventListener("click", event => { const mark = nearest(event); if (mark) pin(mark.trial); });
  for (const leaving of ["pointerleave", "blur"]) canvas.addEventListener(leaving, () => showTip(null));
  canvas.addEventListener("keydown", event => {
    const across = ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key);
    const up = ["ArrowDown", "ArrowUp"].includes(event.key);
    if (event.key === "Enter" || event.key === " ") { if (state.at) pin(state.at); }
    else if (event.key === "Escape") { state.pins = []; showTip(null); showPins(); }
    else if (across || up) {
      const ordered = marks().sort((a, b) => across ? a.x - b.x || b.y - a.y : b.y - a.y || a.x - b.x);
      const now = ordered.findIndex(mark => mark.trial === state.at), last = ordered.length - 1;
      const next = event.key === "Home" || now < 0 ? 0 : event.key === "End" ? last
        : now + (["ArrowRight", "ArrowUp"].includes(event.key) ? 1 : -1);
      const mark = ordered[Math.max(0, Math.min(last, next))];
      if (!mark) return;
      showTip(mark);
      const words = facts(mark.trial).map(fact => fact.join(" "));
      status.textContent = [name(mark.trial), place(mark.trial), ...words].join("; ");
    } else return;
    event.preventDefault();
  });

  const drawPins = unroll.pins(pinned, trial => pin(trial));
  const showPins = () => { panel.dataset.pins = state.pins.length; drawPins(state.pins); };
  const pin = trial => {
    const others = state.pins.filter(other => other !== trial);
    state.pins = others.length < state.pins.length ? others : [...others, trial].slice(-2);
    showPins();
    chart?.draw();
  };

  onTheme(changed);
  choose(data.lead ?? -1);
})();
