"use strict";
// Pictures of a lane: the unrolled network, or a strip where there are more steps than can be told apart.
unroll.network = lane => {
  const {draw} = unroll, {mark} = lanes;
  const column = 28, left = 28, width = left + column * lane.length + 12, rows = {y: 14, h: 62, x: 110};
  const centre = step => left + column * (step + .5);
  const arrow = (x1, y1, x2, y2) => draw("path", {d: `M${x1},${y1}L${x2},${y2}`, class: "arrow"});
  // Without U each unit's h goes into its own next one.
  const across = x => draw("path", {d: `M${x - 18},${rows.h}h8`, class: lane.link.product ? "arrow" : "arrow unitwise"});
  const every = lane.length > 20 ? 4 : 1;

  const groups = Array.from({length: lane.length}, (_, step) => {
    const x = centre(step);
    return draw("g", {"data-step": step},
      arrow(x, rows.x - 7, x, rows.h + 11), arrow(x, rows.h - 11, x, rows.y + 7), across(x),
      ...(lane.link.undo ? [draw("path", {d: `M${x - 5},${rows.h - 12}q-9,-11 -18,-1m0,-6v6h6`, class: "arrow undo"})] : []),
      draw("circle", {cx: x, cy: rows.x, r: 7}), draw("circle", {cx: x, cy: rows.y, r: 7}),
      draw("rect", {x: x - 10, y: rows.h - 10, width: 20, height: 20, rx: 3, class: "state"}),
      draw("rect", {x: x - 10, y: rows.h + 6, width: 20, height: 4, class: "buffer"}),
      draw("path", {d: `M${x - 14},${rows.h - 8}l8,8l-8,8l-8,-8z`, class: "kept"}),
      draw("path", {d: `M${x - 14},2V122`, class: "cutting"}),
      step % every === 0 ? draw("text", {x, y: 137, "text-anchor": "middle"}, String(step)) : null);
  });
  const pointer = draw("path", {d: "M0,0l6,9h-12z", class: "pointer"});
  const element = draw("svg",
    {viewBox: `0 0 ${width} 142`, class: "network", role: "img", "aria-label": `The network under ${lane.strategy}`},
    Object.entries(rows).map(([name, y]) => draw("text", {x: 4, y: y + 5}, name)), groups, pointer);

  const words = value => Object.keys(mark).filter(name => value & mark[name]);
  return {element, paint: () => {
    groups.forEach((group, step) => {
      const names = [...words(lane.marks[step]), ...(step === lane.running ? ["running"] : []),
        ...(step === lane.undone ? ["undoing"] : [])].join(" ");
      if (group.getAttribute("class") !== names) group.setAttribute("class", names);
    });
    pointer.setAttribute("transform", `translate(${left + column * lane.position},117)`);
  }};
};

unroll.strip = lane => {
  const {make, css} = unroll, {mark} = lanes;
  const element = make("canvas", {class: "strip", role: "img", "aria-label": `Steps under ${lane.strategy}`});
  return {element, paint: () => {
    const box = element.getBoundingClientRect(), ratio = devicePixelRatio || 1, context = element.getContext("2d");
    Object.assign(element, {width: box.width * ratio, height: box.height * ratio});
    context.scale(ratio, ratio);
    const wide = box.width / lane.length;
    const bar = (x, top, width, height, colour) => {
      context.fillStyle = colour;
      context.fillRect(x, top, width, height);
    };
    const [recorded, saved, reversed, cut] = ["--recorded", "--saved", "--line", "--cut"].map(css);
    const fills = [[mark.recorded, recorded], [mark.reversed, reversed], [mark.covered, css("--covered")]];
    lane.marks.forEach((value, step) => {
      const fill = fills.find(([bit]) => value & bit);
      if (fill) bar(step * wide, 14, Math.max(wide, .5), 30, fill[1]);
    });
    lane.marks.forEach((value, step) => {
      const x = step * wide, thin = Math.max(1.5, Math.min(wide / 2, 4));
      if (value & mark.saved) bar(x, 2, thin, 42, saved);
      else if (value & mark.onDisk) bar(x, 2, thin, 8, saved);
      if (value & mark.cut) bar(x - 1, 0, 2, 54, cut);
    });
    context.strokeStyle = css("--soft");
    context.strokeRect(.5, 14.5, box.width - 1, 29);
    context.fillStyle = css("--ink");
    const x = (lane.running ?? lane.position) * wide;
    context.beginPath();
    [[x, 46], [x + 5, 55], [x - 5, 55]].forEach(corner => context.lineTo(...corner));
    context.fill();
  }};
};
