// One chart for each channel and one for the score, with a shared cross-hair and a shared range.
/* global uPlot */
import { el, num, time, setText, css } from './format.js';

const SCORE_HEIGHT = 132;
const CHANNEL_HEIGHT = 132;
/** Few channels stand below each other, in line with the score, and may be taller. */
const STACKED_HEIGHTS = [0, 280, 200, 168, 150];

export class Charts {
  /** Calls select(fromMillis, toMillis) and reset(). */
  constructor(scoreHost, host, listener) {
    this.scoreHost = scoreHost;
    this.host = host;
    this.listener = listener;
    this.charts = [];
    this.points = null;
    this.range = null;
    this.shades = [];
    this.order = 'table';
    this.sync = uPlot.sync('tickwatch');
    this.visible = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const chart = this.charts.find((one) => one.box === entry.target);
        if (chart) {
          chart.isVisible = entry.isIntersecting;
          if (chart.isVisible) this.drawOne(chart);
        }
      }
    }, { rootMargin: '120px' });
    this.resized = new ResizeObserver(() => this.resize());
    this.resized.observe(host);
    this.resized.observe(scoreHost);
  }

  colours() {
    return {
      value: css('--value'), forecast: css('--forecast'), band: css('--band'), red: css('--red'),
      shade: css('--shade'), axis: css('--dim'), grid: css('--grid'), threshold: css('--threshold'),
      halo: css('--panel'),
    };
  }

  /** Shows these points; makes the charts anew when they are of other channels. */
  show(points, range) {
    const isOther = !this.points || this.points.sensor !== points.sensor
      || this.points.channels.length !== points.channels.length
      || this.points.channels.some((name, c) => name !== points.channels[c]);
    this.points = points;
    this.range = range;
    if (isOther) this.make();
    this.draw();
  }

  clear() {
    for (const chart of this.charts) {
      this.visible.unobserve(chart.box);
      chart.plot.destroy();
    }
    this.charts = [];
    this.host.replaceChildren();
    this.scoreHost.replaceChildren();
  }

  restyle() {
    if (this.points) {
      this.make();
      this.draw();
    }
  }

  make() {
    this.clear();
    this.colour = this.colours();
    const many = this.points.channels.length;
    this.channelHeight = STACKED_HEIGHTS[many] || CHANNEL_HEIGHT;
    this.host.classList.toggle('stacked', many < STACKED_HEIGHTS.length);
    this.charts.push(this.makeScore());
    this.points.channels.forEach((name, c) => this.charts.push(this.makeChannel(name, c)));
    for (const chart of this.charts) this.visible.observe(chart.box);
    this.reorder();
  }

  base(width, height) {
    const c = this.colour;
    const font = '11px system-ui, sans-serif';
    const axis = { stroke: c.axis, font, grid: { stroke: c.grid, width: 1 }, ticks: { show: false } };
    return {
      width, height, ms: 1,
      tzDate: (ms) => uPlot.tzDate(new Date(ms), 'Etc/UTC'),
      legend: { show: false },
      padding: [8, 20, 0, 0],
      cursor: {
        sync: { key: 'tickwatch', setSeries: false }, drag: { x: true, y: false, setScale: false, dist: 6 },
        points: { size: 5 }, bind: { dblclick: () => () => { this.listener.reset(); return null; } },
      },
      scales: { x: { time: true } },
      axes: [{ ...axis, size: 22, space: 96, values: (u, ticks, i, space, step) => ticks.map((t) => tickText(t, step)) }, { ...axis, size: 56, space: 26, values: (u, ticks) => ticks.map((t) => num(t)) }],
      hooks: {
        drawClear: [(u) => this.shade(u)],
        setSelect: [(u) => this.selected(u)],
        setCursor: [(u) => this.pointed(u)],
      },
    };
  }

  makeScore() {
    const c = this.colour;
    const title = el('div', { class: 'chart-head' }, el('b', {}, 'score'), el('span', { class: 'chart-now' }));
    const box = el('div', { class: 'chart score', 'data-channel': '(score)' }, title);
    this.scoreHost.append(box);
    const options = this.base(box.clientWidth, SCORE_HEIGHT);
    options.series = [
      {},
      { label: 'score', stroke: c.value, width: 1.4, points: { show: false } },
      { label: 'threshold', stroke: c.threshold, width: 1.2, dash: [6, 4], points: { show: false } },
    ];
    options.scales.y = { range: (u, low, high) => [0, Math.max(0.1, (high ?? 1) * 1.12)] };
    options.hooks.draw = [(u) => this.dots(u, this.points.flags.t, this.points.flags.s)];
    const chart = { channel: -1, box, title, height: SCORE_HEIGHT, isVisible: true };
    chart.plot = new uPlot(options, [[], [], []], box);
    chart.plot.chart = chart;
    return chart;
  }

  /** A channel's value, its forecast and the band around that, in the order of columnsOf. */
  channelOptions(width, height) {
    const c = this.colour;
    const options = this.base(width, height);
    options.series = [
      {},
      { label: 'upper', stroke: 'transparent', width: 0, points: { show: false } },
      { label: 'lower', stroke: 'transparent', width: 0, points: { show: false } },
      { label: 'forecast', stroke: c.forecast, width: 1.1, dash: [4, 3], points: { show: false } },
      { label: 'value', stroke: c.value, width: 1.4, points: { show: false } },
    ];
    options.bands = [{ series: [1, 2], fill: c.band }];
    options.scales.y = { range: (u, low, high) => padded(low, high) };
    return options;
  }

  makeChannel(name, channel) {
    const title = el('div', { class: 'chart-head' },
      el('b', { title: name }, name), el('span', { class: 'blame' }), el('span', { class: 'chart-now' }));
    const box = el('div', { class: 'chart', 'data-channel': name }, title);
    this.host.append(box);
    const options = this.channelOptions(box.clientWidth, this.channelHeight);
    options.hooks.draw = [(u) => this.dots(u, u.chart.dotTimes || [], u.chart.dotValues || [])];
    const chart = { channel, box, title, height: this.channelHeight, isVisible: false };
    chart.plot = new uPlot(options, [[], [], [], [], []], box);
    chart.plot.chart = chart;
    return chart;
  }

  /** Red dots on flagged rows, each in a ring that sets it off from the line; no ring hides the next dot. */
  dots(u, times, values) {
    const context = u.ctx;
    const ratio = devicePixelRatio;
    const { min, max } = u.scales.x;
    context.save();
    context.beginPath();
    context.rect(u.bbox.left - 4, u.bbox.top - 6, u.bbox.width + 8, u.bbox.height + 12);
    context.clip();
    const radius = (times.length > 150 ? 2.4 : 3.2) * ratio;
    const dots = new Path2D();
    const rings = new Path2D();
    let drawn = 0;
    for (let i = 0; i < times.length; i++) {
      if (times[i] < min || times[i] > max || values[i] === null) continue;
      const x = u.valToPos(times[i], 'x', true);
      const y = u.valToPos(values[i], 'y', true);
      rings.moveTo(x, y);
      rings.arc(x, y, radius + 1.3 * ratio, 0, 2 * Math.PI);
      dots.moveTo(x, y);
      dots.arc(x, y, radius, 0, 2 * Math.PI);
      drawn++;
    }
    context.fillStyle = this.colour.halo;
    context.fill(rings);
    context.fillStyle = this.colour.red;
    context.fill(dots);
    context.restore();
    u.chart.dotsDrawn = drawn;
  }

  /** Stretches of anomalies, behind everything. */
  shade(u) {
    const context = u.ctx;
    const { min, max } = u.scales.x;
    if (min === null || max === null) return;
    context.save();
    for (const shade of this.shades) {
      if (shade.to < min || shade.from > max) continue;
      const left = Math.max(u.bbox.left, u.valToPos(shade.from, 'x', true));
      const right = Math.min(u.bbox.left + u.bbox.width, u.valToPos(shade.to, 'x', true));
      context.fillStyle = this.colour.shade;
      context.fillRect(left - 1, u.bbox.top, Math.max(2, right - left + 2), u.bbox.height);
    }
    context.restore();
  }

  selected(u) {
    if (u.select.width < 6 || this.isSelecting) return;
    const from = u.posToVal(u.select.left, 'x');
    const to = u.posToVal(u.select.left + u.select.width, 'x');
    // The other charts are told of the same range and would say it again.
    this.isSelecting = true;
    requestAnimationFrame(() => {
      for (const chart of this.charts) chart.plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      this.isSelecting = false;
      this.listener.select(from, to);
    });
  }

  pointed(u) {
    const index = u.cursor.idx;
    u.chart.pointed = index === null || index === undefined ? -1 : index;
    this.head(u.chart);
  }

  head(chart) {
    const p = this.points;
    const last = p.t.length - 1;
    const isPointed = chart.pointed >= 0 && chart.pointed <= last;
    // Verdicts come a moment after their rows: without a cross-hair, the last judged row speaks.
    let i = isPointed ? chart.pointed : last;
    while (!isPointed && p.judged > 0 && i > 0 && i > last - 200 && p.s[i] === null) i--;
    const now = chart.title.querySelector('.chart-now');
    if (i < 0) return setText(now, '');
    if (chart.channel < 0) {
      const at = isPointed ? time(p.t[i]) + '  ' : '';
      const text = p.s[i] === null ? 'no verdict' : num(p.s[i]) + '  threshold ' + num(p.th[i]);
      return setText(now, at + text);
    }
    const c = chart.channel;
    const at = isPointed ? shortTime(p.t[i], p.t[last] - p.t[0]) + '  ' : '';
    const forecast = p.e[c][i] === null ? ''
      : '  forecast ' + num(p.e[c][i]) + (p.lo[c][i] === null ? '' : ' (' + num(p.lo[c][i]) + ' to ' + num(p.hi[c][i]) + ')');
    setText(now, at + num(p.v[c][i]) + forecast);
  }

  draw() {
    const p = this.points;
    this.flagsOf = p.channels.map(() => ({ t: [], v: [] }));
    p.flags.c.forEach((channels, i) => {
      channels.forEach((c, k) => {
        this.flagsOf[c].t.push(p.flags.t[i]);
        this.flagsOf[c].v.push(p.flags.v[i][k]);
      });
    });
    for (const chart of this.charts) if (chart.isVisible || chart.channel < 0) this.drawOne(chart);
    if (this.order === 'blame') this.reorder();
  }

  drawOne(chart) {
    const p = this.points;
    if (!p || !this.flagsOf) return;
    const c = chart.channel;
    if (c >= 0) {
      chart.dotTimes = this.flagsOf[c].t;
      chart.dotValues = this.flagsOf[c].v;
      const many = chart.dotTimes.length;
      chart.box.classList.toggle('blamed', many > 0);
      setText(chart.title.querySelector('.blame'), many > 0 ? '● ' + many : '');
    }
    const data = c < 0 ? [p.t, p.s, p.th] : columnsOf(p, c);
    const range = this.range || (p.t.length ? { min: p.t[Math.max(0, this.firstShown())], max: p.t[p.t.length - 1] } : null);
    chart.plot.batch(() => {
      chart.plot.setData(data, false);
      if (range) chart.plot.setScale('x', range);
    });
    this.head(chart);
  }

  /** Points before the window stay a while, so that arrays are not moved for each row. */
  firstShown() {
    const p = this.points;
    const oldest = this.rows ? p.next - this.rows : 0;
    let i = 0;
    while (i < p.r.length - 1 && p.r[i] < oldest) i++;
    return i;
  }

  reorder() {
    const rank = new Map(this.charts.map((chart) => [chart, chart.channel]));
    if (this.order === 'blame' && this.flagsOf) {
      for (const chart of this.charts) {
        if (chart.channel >= 0) rank.set(chart, -1e6 * this.flagsOf[chart.channel].t.length + chart.channel);
      }
    }
    this.charts.filter((chart) => chart.channel >= 0)
      .sort((a, b) => rank.get(a) - rank.get(b))
      .forEach((chart, i) => { chart.box.style.order = String(i); });
  }

  resize() {
    for (const chart of this.charts) {
      const width = chart.box.clientWidth;
      if (width > 0 && Math.abs(width - chart.plot.width) > 1) chart.plot.setSize({ width, height: chart.height });
    }
  }

  /** Red dots as drawn last: of the score, and of all channels in the data. */
  counts() {
    const score = this.charts.find((chart) => chart.channel < 0);
    return { score: score ? score.dotsDrawn || 0 : 0, channels: (this.flagsOf || []).map((flags) => flags.t.length) };
  }
}

/** A time, as much of it as tells it apart in a window of this many milliseconds. */
function shortTime(ms, width) {
  const iso = new Date(ms).toISOString().replace('T', ' ');
  return width > 86_400_000 ? iso.slice(5, 16) : width > 10_000 ? iso.slice(11, 19) : iso.slice(14, 23);
}

/** Times on an axis as everywhere else on the page: ISO's order, 24 hours, UTC. */
function tickText(ms, step) {
  const iso = new Date(ms).toISOString();
  if (step >= 86_400_000) return iso.slice(5, 10);
  if (step >= 60_000) return iso.slice(11, 16) === '00:00' ? iso.slice(5, 10) : iso.slice(11, 16);
  return step >= 1000 ? iso.slice(11, 19) : iso.slice(14, 23);
}

function padded(low, high) {
  if (low === null || low === undefined || high === null) return [0, 1];
  if (low === high) {
    const around = Math.abs(low) * 0.05 || 1;
    return [low - around, high + around];
  }
  const pad = (high - low) * 0.08;
  return [low - pad, high + pad];
}

const columnsOf = (points, c) => [points.t, points.hi[c], points.lo[c], points.e[c], points.v[c]];

/** A chart of one channel around an anomaly, for its detail. */
export function smallChart(host, points, channel, shades, width, height) {
  const charts = Object.create(Charts.prototype);
  charts.points = points;
  charts.colour = charts.colours();
  charts.shades = shades;
  charts.charts = [];
  charts.listener = { select() {}, reset() {} };
  const flags = { t: [], v: [] };
  points.flags.c.forEach((channels, i) => {
    const k = channels.indexOf(channel);
    if (k >= 0) {
      flags.t.push(points.flags.t[i]);
      flags.v.push(points.flags.v[i][k]);
    }
  });
  const options = charts.channelOptions(width, height);
  options.cursor = { drag: { x: false, y: false }, points: { size: 5 } };
  options.hooks.setSelect = [];
  options.hooks.setCursor = [];
  options.hooks.draw = [(u) => charts.dots(u, flags.t, flags.v)];
  const plot = new uPlot(options, [[], [], [], [], []], host);
  plot.chart = {};
  plot.setData(columnsOf(points, channel));
  return plot;
}
