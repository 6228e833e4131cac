"use strict";
// Schedules on one time axis: what every strategy holds at any moment, also in the middle of an action.
const lanes = (() => {
  const data = unroll.read("player");
  if (!data) return null;
  const mark = {covered: 1, recorded: 2, reversed: 4, saved: 8, onDisk: 16, entering: 32, cut: 64, forgotten: 128};

  // Time is steps executed: an action that runs steps takes as many, any other none.
  const all = data.lanes.map(lane => {
    let time = 0;
    const actions = lane.actions.map(([text, kind, from, to, position, changes, bytes]) => {
      const runs = ["advance", "backward", "undo"].includes(kind), begin = time;
      time += runs ? to - from : 0;
      return {text, kind, from, to, position, changes, bytes, runs, begin, end: time};
    });
    const used = actions.reduce((used, action) => action.changes.reduce((used, change) => used | change[2], used), 0);
    return {...lane, actions, used, end: time, marks: new Uint8Array(lane.length), applied: 0};
  });
  // Of the lanes that are shown: the latest end, and every action as they end, which is what one step of the player is.
  let end = 0, events = [];
  const choose = () => {
    end = Math.max(0, ...all.filter(lane => lane.shown).map(lane => lane.end));
    events = all.flatMap((lane, l) => !lane.shown ? [] : lane.actions.map((action, a) => ({time: action.end, l, a})))
      .sort((one, other) => one.time - other.time || one.l - other.l || one.a - other.a);
  };
  choose();

  const apply = (lane, changes, from, to) => {
    for (const [low, high, value] of changes) {
      const start = Math.max(low, from);
      lane.marks.fill(value, start, Math.max(start, Math.min(high, to)));
    }
  };
  // Brings a lane to where so many actions are over, and the next as far as the time says.
  const bring = (lane, target, time) => {
    if (target < lane.applied || lane.isPartial) {
      lane.applied = 0;
      lane.marks.fill(0);
    }
    for (; lane.applied < target; lane.applied += 1) apply(lane, lane.actions[lane.applied].changes, 0, lane.length);
    const last = lane.actions[target - 1], next = lane.actions[target];
    const share = next?.runs ? (time - next.begin) / (next.end - next.begin) : 0;
    lane.isPartial = share > 0 && share < 1;
    lane.action = lane.isPartial ? target : target - 1;
    lane.bytes = last ? last.bytes : lane.start;
    const shown = lane.actions[lane.action];
    lane.undone = shown?.kind === "undo" ? shown.from : null;
    lane.real = lane.measured?.[target - 1];
    lane.position = last ? last.position : 0;
    lane.running = null;
    if (!lane.isPartial) return;
    // Within an action bytes go from what they were to what they will be as its steps do.
    const between = (before, after) => after.map((value, i) => before[i] + (value - before[i]) * share);
    const steps = (next.to - next.from) * share;
    lane.bytes = between(lane.bytes, next.bytes);
    if (lane.real) lane.real = between(lane.real, lane.measured[target]);
    if (next.kind === "advance") {
      lane.running = lane.position = Math.min(next.to - 1, Math.floor(next.from + steps));
      apply(lane, next.changes, next.from, lane.running + 1);
    } else {
      lane.running = Math.max(next.from, Math.ceil(next.to - steps) - 1);
      apply(lane, next.changes, lane.running, lane.length);
    }
  };

  // How many events are over at a time.
  const eventsBy = time => {
    let [low, high] = [0, events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (events[middle].time <= time) low = middle + 1; else high = middle;
    }
    return low;
  };
  // After so many events, at a time that is not before the last of them.
  const stand = (count, time) => {
    const targets = all.map(() => 0);
    for (let e = 0; e < count; e += 1) targets[events[e].l] = events[e].a + 1;
    all.forEach((lane, l) => { if (lane.shown) bring(lane, targets[l], time); });
  };

  return {data, all, choose, eventsBy, stand, mark, get end() { return end; }, get events() { return events; }};
})();
