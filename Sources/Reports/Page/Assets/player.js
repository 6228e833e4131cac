"use strict";
// The unrolled network as its schedule goes on: strategies one under another on one time axis, with live bytes.
(() => {
  const panel = document.getElementById("player");
  if (!panel || !lanes) return;
  const {make, draw, units, tick, onTheme, css} = unroll, {data, all, mark} = lanes;
  const shown = () => all.filter(lane => lane.shown);
  const sum = bytes => bytes.reduce((a, b) => a + b, 0);
  // What a schedule changes; the rest is there under all of them.
  const changing = data.roles.map((_, r) =>
    all.some(lane => lane.actions.some(action => action.bytes[r] !== lane.start[r])));
  // After how many events the player stands, and the time, which may be within an action.
  const now = {place: 0, time: 0, frame: null, pace: 1, shows: changing.map(() => true)};

  // MARK: Elements

  const icons = {
    first: "M3,2h2v10h-2zM13,2v10l-7,-5z", back: "M11,2v10l-7,-5z", play: "M3,2v10l9,-5z",
    pause: "M3,2h3v10h-3zM9,2h3v10h-3z", on: "M3,2v10l7,-5zM10,2h2v10h-2z",
  };
  const icon = name => draw("svg", {viewBox: "0 0 15 14", width: 15, height: 14, "aria-hidden": "true"},
    draw("path", {d: icons[name], fill: "currentColor"}));
  const button = (label, name, act) =>
    make("button", {type: "button", "aria-label": label, title: label, onclick: act}, icon(name));
  const toggle = button("Play", "play", () => now.frame ? stop() : play());
  const scrub = make("input", {type: "range", min: 0, max: lanes.end, step: "any", value: 0, "aria-label": "Steps executed",
    oninput: () => { stop(); goTo(+scrub.value); }});
  const speed = make("select", {"aria-label": "Speed", onchange: () => { now.pace = +speed.value; }},
    [.25, 1, 4].map(pace => make("option", {value: pace, selected: pace === 1}, `${pace}×`)));
  const clock = make("output", {class: "clock"});
  const controls = make("div", {class: "controls playback"},
    button("First action", "first", () => { stop(); step(-lanes.events.length); }),
    button("Back one action", "back", () => { stop(); step(-1); }), toggle,
    button("On one action", "on", () => { stop(); step(1); }), scrub, clock, speed);

  const used = all.reduce((used, lane) => used | lane.used, 0);
  const meanings = {
    recorded: "record kept", saved: "state saved", onDisk: "state on disk", entering: "state entering records",
    covered: "run, nothing kept", reversed: "reversed", cut: "gradient cut",
    forgotten: "forgotten bits in the buffer",
  };
  const keys = Object.entries(meanings).filter(([name]) => used & mark[name]);
  if (all.some(lane => lane.measured)) keys.push(["measured", "measured, all roles together"]);
  const key = make("p", {class: "key"}, keys.map(([name, text]) => make("span", {}, make("i", {class: name}), text)));

  // Which lanes are shown; the last one stays.
  const picked = make("div", {class: "legend", role: "group", "aria-label": "Strategies shown"}, all.map(lane => {
    const button = make("button", {type: "button", "aria-pressed": String(lane.shown), "data-lane": lane.strategy,
      title: lane.network, onclick: () => {
        if (lane.shown && shown().length === 1) return;
        lane.shown = !lane.shown;
        button.setAttribute("aria-pressed", String(lane.shown));
        pick();
      }}, lane.strategy);
    return button;
  }));
  const pick = () => {
    stop();
    lanes.choose();
    scrub.max = lanes.end;
    all.forEach(lane => { lane.article.hidden = !lane.shown; });
    choosePictures();
    showCharts();
    goTo(now.time);
  };

  const only = make("input", {type: "checkbox", onchange: () => { choose(); showCharts(); }});
  const choose = () => { now.shows = changing.map(is => is || !only.checked); };
  // Where the rest is so much that nothing of it would be seen.
  const most = all.map(lane => Math.max(...lane.actions.map(({bytes}) => sum(bytes.filter((_, r) => changing[r])))));
  only.checked = Math.max(...most) > 0 && Math.max(...most) < .2 * Math.max(...all.map(lane => lane.peak));
  choose();
  key.append(make("label", {class: "only"}, only, "draw only what a schedule changes"));

  const table = lane => {
    const columns = lane.measured ? ["predicted", "measured"] : ["predicted"];
    lane.cells = columns.map(() => [...data.roles.map(() => make("td")), make("td")]);
    const row = (head, r, attributes) =>
      make("tr", attributes, make("th", {scope: "row"}, head), lane.cells.map(cells => cells[r]));
    return make("table", {class: "bytes"},
      make("thead", {}, make("tr", {}, ["live", ...columns].map(title => make("th", {scope: "col"}, title)))),
      make("tbody", {}, data.roles.map((role, r) =>
        row([make("i", {style: `background:var(--role-${role.name})`}), role.name], r, {"data-role": role.name})),
      row("total", data.roles.length, {class: "sum"})));
  };
  panel.tabIndex = 0;
  panel.replaceChildren(controls, ...(all.length > 1 ? [picked] : []), key, ...all.map(lane => {
    lane.now = make("p", {class: "now"});
    lane.frame = make("div", {class: "picture"});
    lane.canvas = make("canvas", {role: "img", "aria-label": `Live bytes under ${lane.strategy}`});
    lane.head = make("div", {class: "playhead"});
    lane.article = make("article", {class: "lane", "data-strategy": lane.strategy, hidden: !lane.shown},
      make("header", {}, make("h3", {}, make("code", {}, lane.title)), make("p", {class: "soft"},
        `${lane.network}: peak ${units.bytes(lane.peak)}, ${units.count(lane.end)} steps executed`), lane.now),
      lane.frame, make("div", {class: "chart small"}, lane.canvas, lane.head), table(lane),
      make("details", {class: "soft"}, make("summary", {}, lane.measured ? "how it was measured" : "not measured here"),
        make("code", {class: "command"}, lane.command)));
    return lane.article;
  }));
  // The network where its steps can be told apart.
  const choosePictures = () => shown().forEach(lane => {
    const kind = lane.length <= 40 && lane.frame.clientWidth >= 13 * lane.length ? "network" : "strip";
    if (lane.kind === kind) return;
    lane.kind = kind;
    lane.picture = unroll[kind](lane);
    lane.frame.replaceChildren(lane.picture.element);
  });

  // MARK: Live bytes

  // Corners of a polygon, stacked by hand: two may stand at one time, where an action takes none.
  const corners = lane => lane.actions.reduce((corners, action) => {
    const last = corners[corners.length - 1].bytes;
    const isCorner = action.runs || action.bytes.some((value, i) => value !== last[i]);
    return isCorner ? (corners.push({x: action.end, bytes: action.bytes}), corners) : corners;
  }, [{x: 0, bytes: lane.start}]);
  const predicted = lane => {
    const points = corners(lane);
    return data.roles.map((role, r) => ({role, r})).filter(({r}) => now.shows[r]).map(({role, r}, place) => ({
      data: points.map(({x, bytes}) => ({x, y: shownSum(bytes.slice(0, r + 1))})), fill: place ? "-1" : "origin",
      backgroundColor: css(`--role-${role.name}`), borderWidth: 0, pointRadius: 0,
    }));
  };
  const measured = lane => {
    const isLong = lane.measured.length > 400;
    return {
      data: lane.measured.map((bytes, a) => ({x: lane.actions[a].end, y: shownSum(bytes)})), fill: false,
      showLine: isLong, borderColor: css("--ink"), borderWidth: 1, pointRadius: isLong ? 0 : 2.2,
      pointBorderColor: css("--ink"),
      pointBackgroundColor: css("--paper"),
    };
  };
  const shownSum = bytes => sum(bytes.filter((_, r) => now.shows[r]));
  const showCharts = () => {
    const most = 1.04 * Math.max(...shown().flatMap(lane => lane.actions.map(action => shownSum(action.bytes))));
    shown().forEach((lane, l, own) => showChart(lane, l === own.length - 1, most, 2 ** Math.round(Math.log2(most / 4))));
    showHeads();
  };
  const showChart = (lane, isLast, most, rung) => {
    lane.chart?.destroy();
    lane.article.classList.toggle("last", isLast);
    const title = {display: isLast, text: "steps executed, forward and backward"};
    lane.chart = new Chart(lane.canvas, {
      type: "line", data: {datasets: [...(lane.measured ? [measured(lane)] : []), ...predicted(lane)]},
      options: {
        parsing: false, responsive: true, maintainAspectRatio: false, events: [],
        onResize: () => requestAnimationFrame(showHeads),
        plugins: {legend: {display: false}, tooltip: {enabled: false}},
        scales: {
          x: {type: "linear", min: 0, max: lanes.end, grid: {display: false}, title,
            ticks: {maxRotation: 0, autoSkipPadding: 12, callback: value => units.count(value)}},
          y: {type: "linear", min: 0, max: most, grid: {color: css("--line"), drawBorder: false},
            ticks: {callback: value => tick(value, "bytes")},
            afterBuildTicks: scale => {
              scale.ticks = Array.from({length: Math.floor(most / rung) + 1}, (_, i) => ({value: i * rung}));
            }},
        },
      },
    });
  };
  const showHeads = () => shown().forEach(({chart, head}) => {
    if (!chart?.chartArea) return;
    const {top, bottom} = chart.chartArea;
    Object.assign(head.style, {
      left: `${chart.scales.x.getPixelForValue(now.time)}px`, top: `${top}px`, height: `${bottom - top}px`,
    });
  });

  // MARK: Going on

  const show = () => {
    lanes.stand(now.place, now.time);
    for (const lane of shown()) {
      lane.picture.paint();
      const action = lane.actions[lane.action];
      const count = `action ${lane.action} of ${lane.actions.length - 1}`;
      lane.now.textContent = action ? `${count}: ${action.text}` : "at the start";
      [lane.bytes, lane.real].slice(0, lane.cells.length).forEach((bytes, c) => lane.cells[c].forEach((cell, r) => {
        cell.textContent = !bytes ? "–" : units.bytes(r < data.roles.length ? bytes[r] : sum(bytes));
      }));
    }
    scrub.value = now.time;
    clock.textContent = `${Math.floor(now.time + 1e-9)} of ${units.count(lanes.end)} steps`;
    Object.assign(panel.dataset, {place: now.place, time: now.time.toFixed(3)});
    showHeads();
  };
  const step = count => {
    now.place = Math.max(0, Math.min(lanes.events.length, now.place + count));
    now.time = now.place ? lanes.events[now.place - 1].time : 0;
    show();
  };
  const goTo = time => {
    now.time = Math.max(0, Math.min(lanes.end, time));
    now.place = now.time > 0 ? lanes.eventsBy(now.time) : 0;
    show();
  };
  const showToggle = name => {
    toggle.replaceChildren(icon(name.toLowerCase()));
    toggle.setAttribute("aria-label", name);
    toggle.title = name;
  };
  const stop = () => {
    cancelAnimationFrame(now.frame);
    now.frame = null;
    showToggle("Play");
  };
  const play = () => {
    if (now.time >= lanes.end) goTo(0);
    showToggle("Pause");
    let last = null;
    const frame = moment => {
      // All of it in a quarter of a minute.
      goTo(now.time + (last === null ? 0 : moment - last) / 15000 * lanes.end * now.pace);
      last = moment;
      if (now.time >= lanes.end) stop(); else now.frame = requestAnimationFrame(frame);
    };
    now.frame = requestAnimationFrame(frame);
  };
  panel.addEventListener("keydown", event => {
    if (event.target.closest("select") || event.altKey || event.ctrlKey || event.metaKey) return;
    const act = {
      " ": () => now.frame ? stop() : play(),
      ArrowRight: () => { stop(); step(1); }, ArrowLeft: () => { stop(); step(-1); },
      Home: () => { stop(); goTo(0); }, End: () => { stop(); goTo(lanes.end); },
    }[event.key];
    if (!act || (event.key === " " && event.target.closest("button"))) return;
    act();
    event.preventDefault();
  });
  addEventListener("resize", () => { choosePictures(); show(); });

  onTheme(() => { showCharts(); show(); });
  choosePictures();
  showCharts();
  // Where full unrolling keeps the most: a picture that says something before anyone plays it.
  goTo(Math.max(...shown().map(lane => lane.length)));
})();
