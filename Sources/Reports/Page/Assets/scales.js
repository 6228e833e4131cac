"use strict";
// Axes for Chart.js: logarithmic where values span much, with ticks that people count in.
unroll.scale = (axis, values) => {
  const {units, tick, css} = unroll, doubles = ["bytes", "count"].includes(axis.unit);

  const low = Math.min(...values), high = Math.max(...values);
  const pad = (high - low || Math.abs(high) || 1) * .08;
  const fromZero = axis.unit !== "ratio" && low >= 0 && low < high * .6;
  const linear = () => {
    const [min, max] = [fromZero ? 0 : low - pad, high + pad], step = 2 ** Math.round(Math.log2((max - min) / 6));
    const count = Math.max(0, Math.floor(max / step) - Math.ceil(min / step) + 1);
    const ticks = Array.from({length: count}, (_, i) => (Math.ceil(min / step) + i) * step);
    return {type: "linear", min, max, ticks: axis.unit === "bytes" && ticks.length >= 3 ? ticks : null};
  };

  // Powers of two for bytes and steps, 1, 2 and 5 for others.
  const logarithmic = () => {
    const margin = (high / low) ** .05, [min, max] = [low / margin, high * margin], all = [];
    if (doubles) for (let e = Math.ceil(Math.log2(min)); 2 ** e <= max; e += 1) all.push(2 ** e);
    else for (let e = Math.floor(Math.log10(min)); 10 ** e <= max; e += 1) all.push(10 ** e, 2 * 10 ** e, 5 * 10 ** e);
    let ticks = all.filter(value => value >= min && value <= max);
    if (!doubles && ticks.length > 8) ticks = ticks.filter(value => Math.abs(Math.log10(value) % 1) < 1e-9);
    const every = Math.ceil(ticks.length / 8);
    return {type: "logarithmic", min, max, ticks: ticks.filter((_, i) => i % every === 0)};
  };
  const wide = low > 0 && high / low > 4 ? logarithmic() : null;
  const {type, min, max, ticks} = wide && wide.ticks.length >= 3 ? wide : linear();

  return {
    type, min, max, title: {display: true, text: axis.title, color: css("--ink")},
    grid: {color: css("--line"), drawBorder: false},
    ticks: {maxRotation: 0, autoSkipPadding: 12, includeBounds: false, callback: value => tick(value, axis.unit)},
    afterBuildTicks: scale => { if (ticks) scale.ticks = ticks.map(value => ({value})); },
  };
};
