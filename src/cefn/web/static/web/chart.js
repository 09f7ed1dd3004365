/* Draws every figure.chart from the table inside it; the table stays there for those who would rather read. */
(() => {
  "use strict";
  const colours = ["--accent", "--quiet-fill", "--busy-fill", "--good-fill"];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const drawn = new Map();

  function read(figure) {
    const table = figure.querySelector("table");
    const heads = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    const rows = [...table.querySelectorAll("tbody tr")];
    const cells = rows.map((row) => [...row.children]);
    const columns = heads.map((_, column) => cells.map((row) => {
      const value = row[column].dataset.value;
      return value === "" || value === undefined ? null : Number(value);
    }));
    const words = cells.map((row) => row.map((cell) => cell.textContent.trim()));
    return { heads, columns, words };
  }

  function draw(figure) {
    const place = figure.querySelector(".plot");
    const { heads, columns, words } = read(figure);
    if (!columns[0].length) return;
    const kind = figure.dataset.kind;
    const scale = Number(figure.dataset.scale || 1);
    const number = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
    const output = figure.querySelector("output");
    const lines = heads.slice(1).map((label, index) => {
      const colour = css(colours[index]);
      const look = { label, stroke: colour, width: index === 0 ? 2 : 1.5, points: { show: false } };
      if (index === 0 && kind === "area") look.fill = colour + "1f";
      if (index > 0) look.dash = [4, 3];
      if (kind === "steps") { look.paths = uPlot.paths.stepped({ align: 1 }); look.fill = index === 0 ? colour + "1f" : undefined; }
      if (kind === "bars") { look.paths = uPlot.paths.bars({ size: [0.7, 40], radius: 0.15 }); look.fill = index === 0 ? colour + "cc" : colour + "55"; look.width = 0; look.dash = undefined; }
      return look;
    });
    const axis = { stroke: css("--ink-3"), font: "11px Inter, system-ui, sans-serif", grid: { stroke: css("--line"), width: 1 }, ticks: { show: false } };
    const labels = words.map((row) => row[0]);
    const chart = new uPlot({
      width: place.clientWidth, height: place.clientHeight, legend: { show: false }, padding: [8, 8, 0, 0],
      cursor: { y: false, points: { size: 7 }, drag: { x: false } },
      scales: { x: { time: false, range: kind === "bars" ? (u, low, high) => [low - 0.6, high + 0.6] : undefined }, y: { range: (u, low, high) => [Math.min(0, low), high > 0 ? high * 1.08 : 1] } },
      axes: [
        { ...axis, grid: { show: false }, values: (u, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? labels[tick] ?? "" : "")), space: 72, size: 26 },
        { ...axis, incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1e3, 2e3, 2500, 5e3, 1e4, 2e4, 25e3, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1e8].map((step) => step * scale), values: (u, ticks) => ticks.map((tick) => number.format(tick / scale)), size: 44, space: 36 },
      ],
      series: [{}, ...lines],
      hooks: { setCursor: [(u) => {
        const at = u.cursor.idx;
        output.textContent = at === null || at === undefined ? "" : words[at].join(" · ");
      }] },
    }, [columns[0].map((_, index) => index), ...columns.slice(1)], place);
    drawn.set(figure, chart);
  }

  function all() {
    document.querySelectorAll("figure.chart").forEach((figure) => {
      drawn.get(figure)?.destroy();
      draw(figure);
    });
  }
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => drawn.forEach((chart, figure) => {
      const place = figure.querySelector(".plot");
      chart.setSize({ width: place.clientWidth, height: place.clientHeight });
    }), 120);
  });
  document.addEventListener("cefn:theme", all);
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target?.querySelector?.("figure.chart")) all(); });
  all();
})();
