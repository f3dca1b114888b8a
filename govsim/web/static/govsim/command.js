// The wall: charts drawn from their table twins. Nothing moves by itself.
const THEMES = {
  light: { color: ["#1a5a8a", "#1b6b50"], ink: "#46525e", line: "#dfdfd9" },
  dark: { color: ["#7db8e4", "#6cc3a0"], ink: "#b3bfc9", line: "#2a3843" },
};
const SANS = '"Noto Sans SC Variable", "PingFang SC", "Microsoft YaHei", sans-serif';
const charts = new Map();

function option(table, theme, kind) {
  const rows = [...table.tBodies[0].rows];
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const label = { color: theme.ink, fontFamily: SANS, fontSize: 13 };
  return {
    animation: false,
    color: theme.color,
    textStyle: { fontFamily: SANS },
    grid: { left: 8, right: 8, top: 26, bottom: 2, containLabel: true },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: label },
    xAxis: { type: "category", data: rows.map((row) => row.cells[0].textContent), axisTick: { show: false }, axisLabel: label, axisLine: { lineStyle: { color: theme.ink } } },
    yAxis: { type: "value", minInterval: 1, splitNumber: 2, axisLabel: label, splitLine: { lineStyle: { color: theme.line } } },
    series: names.map((name, index) => ({
      name,
      type: kind,
      symbol: "none",
      barMaxWidth: 14,
      lineStyle: { width: 2 },
      itemStyle: { borderRadius: kind === "bar" ? 2 : 0 },
      data: rows.map((row) => Number(row.cells[index + 1].textContent)),
    })),
  };
}

function draw() {
  const theme = THEMES[document.documentElement.dataset.bsTheme] ?? THEMES.light;
  for (const place of document.querySelectorAll("[data-chart]")) {
    const table = document.querySelector(`[data-series="${place.dataset.chart}"]`);
    if (!charts.has(place)) charts.set(place, echarts.init(place, null, { renderer: "svg" }));
    const chart = charts.get(place);
    chart.setOption(option(table, theme, place.dataset.chart === "hours" ? "bar" : "line"));
    chart.resize();
  }
}

let opened = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  // What the reader has open, or holds by the keyboard, is not taken away.
  if (event.target.id !== "live") return;
  if (event.target.contains(document.activeElement) && document.activeElement !== document.body) event.detail.shouldSwap = false;
  opened = [...document.querySelectorAll("#live details")].map((each) => each.open);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const [place, chart] of charts) {
    if (!place.isConnected) {
      chart.dispose();
      charts.delete(place);
    }
  }
  document.querySelectorAll("#live details").forEach((each, index) => { each.open = opened[index] ?? false; });
  draw();
});
addEventListener("resize", draw);

draw();
