"use strict";
// What the explorer knows of trials: their figures, where they stand among the factors, and how all that is said.
const trials = (() => {
  const {read, units} = unroll, data = read("explorer");
  if (!data) return null;

  const names = ["experiment", "strategy", "factors", "figures", "interval", "seconds", "usage", "exact", "command",
    "origin"];
  const all = data.trials.map(values => {
    const trial = Object.fromEntries(names.map((name, i) => [name, values[i]]));
    const {name, family} = data.strategies[trial.strategy];
    return {...trial, family, command: data.commands[trial.command].replace("\u0001", name)};
  });

  // What can be across or up: figures, and factors that are numbers.
  const axes = [
    ...data.axes.map((axis, i) => ({...axis, value: trial => trial.figures[i]})),
    ...data.factors.map((factor, i) => ({
      ...factor, isFactor: true, place: i, unit: "count",
      value: trial => {
        const text = factor.values[trial.factors[i]];
        return text === "" ? null : Number(text);
      },
    })).filter(factor => factor.isNumber),
  ];
  const axis = name => axes.find(axis => axis.name === name);
  const figure = (trial, name) => axis(name)?.value(trial) ?? null;

  // With what a strategy chose by the network's sizes.
  const segment = data.factors.findIndex(factor => factor.name === "segment");
  const name = trial => {
    const {name} = data.strategies[trial.strategy], chosen = data.factors[segment]?.values[trial.factors[segment]];
    return chosen && !name.includes(":") ? `${name} (length ${chosen})` : name;
  };
  const experiment = trial => data.experiments[trial.experiment];
  // The factors of the network, and those in which trials of its experiment differ.
  const usual = ["cell", "hidden", "batch", "length"];
  const place = trial => data.factors.map((factor, i) => ({factor, i, text: factor.values[trial.factors[i]]}))
    .filter(({factor, i, text}) => text !== "" && !factor.isDerived && (usual.includes(factor.name)
      || all.some(other => other.experiment === trial.experiment && other.factors[i] !== trial.factors[i])))
    .map(({factor, text}) => factor.name === "cell" ? text : `${factor.title.split(",")[0]} ${text}`).join(" · ");

  const ofFull = (text, ratio) => ratio == null ? "" : `, ${text} of full unrolling's`;
  const peak = trial => {
    const ratio = figure(trial, "peak_ratio");
    return units.bytes(figure(trial, "peak_bytes")) + ofFull(ratio == null ? "" : units.share(ratio), ratio);
  };
  const time = trial => {
    const seconds = figure(trial, "wall_seconds"), ratio = figure(trial, "time_ratio");
    if (seconds == null) return "not timed";
    const [low, high] = trial.interval;
    const bounds = low == null ? "" : ` (${low.toFixed(2)}–${high.toFixed(2)})`;
    return units.seconds(seconds) + ofFull(ratio == null ? "" : units.ratio(ratio) + bounds, ratio);
  };
  const gradient = trial => {
    const error = figure(trial, "gradient_relative_error");
    return error == null ? "none" : trial.exact ? "full unrolling's" : `${units.share(error)} off full unrolling's`;
  };
  const facts = trial => [["peak", peak(trial)], ["time", time(trial)], ["gradient", gradient(trial)]];

  return {data, all, axes, axis, figure, name, experiment, place, peak, time, facts};
})();
