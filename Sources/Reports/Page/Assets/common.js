"use strict";
// What all parts of a page need: its data, elements, units, the theme's colours, tables that sort.
const unroll = (() => {
  const read = name => {
    const element = document.getElementById(`data-${name}`);
    return element && JSON.parse(element.textContent);
  };

  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.flat(Infinity).filter(child => child != null));
    return element;
  };
  const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const draw = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

  // Numbers as people read them: three significant digits, and the unit that makes them short.
  const digits = (value, count = 3) => {
    if (!Number.isFinite(value)) return "–";
    if (value === 0) return "0";
    const size = Math.floor(Math.log10(Math.abs(value)));
    if (size < -4) return value.toExponential(Math.max(0, count - 2)).replace("e-", "e−");
    return value.toFixed(Math.min(12, Math.max(0, count - 1 - size)));
  };
  const scaled = (value, base, names) => {
    let place = 0;
    while (place + 1 < names.length && Math.abs(value) >= base) { value /= base; place += 1; }
    return [value, names[place]];
  };
  const units = {
    bytes: value => {
      const [number, name] = scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);
      return `${name === "B" ? Math.round(number) : digits(number)} ${name}`;
    },
    seconds: value => {
      if (value === 0) return "0 s";
      const [number, name] = value >= 1 ? [value, "s"] : scaled(value * 1e9, 1000, ["ns", "µs", "ms"]);
      return `${digits(number)} ${name}`;
    },
    share: value => `${digits(value * 100)} %`,
    ratio: value => `×${digits(value)}`,
    count: value => Number(value).toLocaleString("en").replaceAll(",", " "),
    number: value => digits(value),
  };
  // On an axis no digit is shown that says nothing.
  const tick = (value, unit) => units[unit](value).replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");

  // The theme, and whoever draws in its colours.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const listeners = [];
  let printing = false;
  const theme = () => dark.matches && !printing ? "dark" : "light";
  const redraw = () => listeners.forEach(listener => listener());
  dark.addEventListener("change", redraw);
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const look = () => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    Chart.defaults.color = css("--soft");
    Chart.defaults.borderColor = css("--line");
    Chart.defaults.animation = false;
  };
  const onTheme = listener => { listeners.push(listener); look(); };

  // Paper takes what is folded, in ink.
  addEventListener("beforeprint", () => {
    printing = true;
    document.documentElement.classList.add("printing");
    document.querySelectorAll("details").forEach(details => {
      if (!details.open) { details.open = true; details.dataset.opened = ""; }
    });
    look();
    redraw();
  });
  addEventListener("afterprint", () => {
    printing = false;
    document.documentElement.classList.remove("printing");
    document.querySelectorAll("details[data-opened]").forEach(details => {
      details.open = false;
      delete details.dataset.opened;
    });
    look();
    redraw();
  });
  dark.addEventListener("change", look);

  // A click on a column's title sorts by it, figures by their raw values; what was not measured stays behind.
  const sortable = table => {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
    const value = (row, i) => row.cells[i].dataset.v ?? row.cells[i].textContent;
    heads.forEach((head, i) => {
      head.tabIndex = 0;
      const sort = () => {
        const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        heads.forEach(h => h.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
        body.querySelectorAll(".shown").forEach(row => row.remove());
        const rows = [...body.rows].sort((a, b) => {
          const [x, y] = [value(a, i), value(b, i)];
          if (x === "\u2013" || y === "\u2013") return (x === "\u2013") - (y === "\u2013");
          return down * (isNaN(x) || isNaN(y) ? x.localeCompare(y, "en", {numeric: true}) : x - y);
        });
        body.append(...rows);
      };
      head.addEventListener("click", sort);
      head.addEventListener("keydown", event => { if (event.key === "Enter") sort(); });
    });
  };
  document.querySelectorAll("table").forEach(sortable);
  document.documentElement.dataset.sortable = document.querySelectorAll("th[tabindex]").length;

  // A link to what is folded opens it.
  const unfold = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.closest("details");
    if (details && !details.open) { details.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  unfold();

  // Milliseconds from the start of loading until all is drawn and answers.
  addEventListener("load", () => { document.documentElement.dataset.ready = Math.round(performance.now()); });
  return {read, make, draw, digits, units, tick, theme, onTheme, css};
})();
