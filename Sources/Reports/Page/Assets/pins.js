"use strict";
// Two trials side by side: what their peaks consist of, and the ratio of their times with its interval.
unroll.pins = (box, unpin) => {
  const {make, units} = unroll, {data, figure, name, experiment, place, facts} = trials;

  // MARK: Statistics

  const median = values => {
    const sorted = [...values].sort((a, b) => a - b), n = sorted.length;
    return (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
  };
  // By order statistics, as everywhere in these results: the narrowest that covers the median with 95 %, or all
  // there is.
  const interval = values => {
    const sorted = [...values].sort((a, b) => a - b), n = sorted.length;
    let below = 0, chance = 2 ** -n, best = null;
    for (let rank = 1; rank <= Math.max(1, n >> 1); rank += 1) {
      below += chance;
      chance *= (n - rank + 1) / rank;
      const coverage = Math.max(0, 1 - 2 * below);
      if (rank > 1 && coverage < .95) break;
      best = {low: sorted[rank - 1], high: sorted[n - rank], coverage};
    }
    return best;
  };
  // Of two trials measured in turn, round by round, the ratio is paired; of others medians are divided, and so
  // their bounds.
  const timeRatio = (a, b) => {
    const [own, other] = [a, b].map(trial => trial.seconds.filter(value => value != null));
    if (!own.length || !other.length) return null;
    const isPaired = a.experiment === b.experiment && a.origin === b.origin
      && data.factors.every((factor, i) => factor.isMethod || a.factors[i] === b.factors[i]);
    if (isPaired) {
      const ratios = b.seconds.map((value, i) => value != null && a.seconds[i] > 0 ? value / a.seconds[i] : null)
        .filter(value => value != null);
      if (ratios.length) return {ratio: median(ratios), ...interval(ratios), how: `${ratios.length} paired rounds`};
    }
    const [first, second] = [interval(own), interval(other)];
    return {
      ratio: median(other) / median(own), low: second.low / first.high, high: second.high / first.low,
      coverage: Math.max(0, first.coverage + second.coverage - 1), how: "measured apart",
    };
  };

  // MARK: Cards

  const list = pairs => make("dl", {}, pairs.map(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]));
  const roles = trial => data.roles.map((role, i) => ({role, bytes: trial.usage[i]})).filter(({bytes}) => bytes > 0);
  const words = ({role, bytes}) => `${role.name} ${units.bytes(bytes)}`;
  const bar = (trial, most) => make("div",
    {class: "bar", role: "img", "aria-label": roles(trial).map(words).join(", ")},
    roles(trial).map(part => make("span",
      {style: `width:${100 * part.bytes / most}%;background:var(--role-${part.role.name})`, title: words(part)})));
  const legend = trial => make("ul", {class: "roles"}, roles(trial).map(part =>
    make("li", {}, make("i", {style: `background:var(--role-${part.role.name})`}), words(part))));
  const card = (trial, letter, most) => make("article", {},
    make("h3", {}, make("span", {class: "letter"}, letter), make("code", {}, name(trial)),
      make("button", {type: "button", "aria-label": `Unpin ${letter}`, onclick: () => unpin(trial)}, "×")),
    make("p", {}, `${experiment(trial)}: ${place(trial)}`),
    trial.usage.length ? [bar(trial, most), legend(trial)]
      : make("p", {class: "soft"}, "How its peak was shared among roles is not known."),
    list(facts(trial)), make("code", {class: "command"}, trial.command));
  const comparison = (a, b) => {
    const time = timeRatio(a, b), bytes = figure(b, "peak_bytes") / figure(a, "peak_bytes");
    const strong = value => make("strong", {}, units.ratio(value));
    const surely = time && `${Math.floor(1000 * time.coverage) / 10} %, ${time.how}`;
    const bounds = time && ` ${time.low.toFixed(2)} to ${time.high.toFixed(2)} (${surely})`;
    return make("article", {class: "ratio"}, make("h3", {}, "B over A"),
      list([["peak", [strong(bytes), " exactly"]], ["time", time ? [strong(time.ratio), bounds] : "not timed"]]));
  };

  return pinned => {
    const most = Math.max(...pinned.map(trial => figure(trial, "peak_bytes")));
    const cards = pinned.map((trial, i) => card(trial, "AB"[i], most));
    if (pinned.length === 1) cards.push(make("p", {class: "soft"}, "Pin another to compare the two."));
    if (pinned.length === 2) cards.push(comparison(...pinned));
    box.replaceChildren(...cards);
  };
};
