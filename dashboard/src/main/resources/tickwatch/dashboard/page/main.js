// The page: what is followed, what is held, and who is told.
import { byId, el, setText, count, latency, num, percent, time, span, here } from './format.js';
import { Stream, Points } from './stream.js';
import { Charts } from './charts.js';
import { Sensors } from './sensors.js';
import { Anomalies } from './anomalies.js';
import { Query } from './query.js';

const state = {
  rows: 1000, sensor: '', held: null, range: null, isConnected: false, stats: null, run: null, isDirty: false, isScheduled: false,
};
// For tests and the curious.
const tick = { rows: 0, frames: 0, anomalies: 0, connected: false, paused: false, behind: 0, range: null, flags: { r: [] }, dots: { score: 0, channels: [] }, renders: 0, renderMillis: 0, lags: [] };
window.__tick = tick;
const MOST_LAGS = 1000;

const asked = new URLSearchParams(location.search);

function theme(wanted) {
  document.documentElement.dataset.theme = wanted;
  try { localStorage.setItem('tickwatch.theme', wanted); } catch { /* private windows may refuse */ }
  charts.restyle();
  sensors.draw();
}

function startTheme() {
  let stored = asked.get('theme');
  try { stored = stored || localStorage.getItem('tickwatch.theme'); } catch { /* as above */ }
  document.documentElement.dataset.theme = stored === 'light' || stored === 'dark' ? stored
    : matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}
startTheme();

const stream = new Stream({ frame, state: connection });
const charts = new Charts(byId('score-chart'), byId('charts'), { select, reset: live });
const sensors = new Sensors({ choose });
const anomalies = new Anomalies({ show, changed: link });
const query = new Query();

function px() {
  return Math.max(200, Math.min(2000, Math.round(byId('score-chart').clientWidth || 800)));
}

function choose(key) {
  state.sensor = key;
  live();
  stream.follow(key, state.rows, px());
  sensors.choose(key);
  link();
}

function connection(isConnected) {
  state.isConnected = isConnected;
  tick.connected = isConnected;
  if (!isConnected) drawState();
}

function frame(message) {
  tick.frames++;
  if (state.run !== message.run) {
    if (state.run !== null) anomalies.reset();
    state.run = message.run;
  }
  if (message.view) {
    tick.rows = message.view.next;
    if (message.view.sensor !== state.sensor) {
      state.sensor = message.view.sensor;
      sensors.choose(state.sensor);
      link();
    }
    anomalies.sensor = state.sensor;
    query.suggest(state.sensor);
    state.isDirty = true;
  }
  if (message.stats) {
    state.stats = message.stats;
    drawState();
    drawNumbers(message.stats);
  }
  if (message.sensors) sensors.take(message.sensors, message.stats ? message.stats.sensors : sensors.total);
  if (message.anomalies) {
    anomalies.take(message.anomalies);
    tick.anomalies = anomalies.byId.size;
    state.isDirty = true;
  }
  schedule();
}

function schedule() {
  if (state.isScheduled || document.hidden) return;
  state.isScheduled = true;
  requestAnimationFrame(() => {
    state.isScheduled = false;
    draw();
  });
}

function draw() {
  const livePoints = stream.points;
  const shown = state.held || livePoints;
  drawPause();
  if (!shown || !state.isDirty) return;
  state.isDirty = false;
  const start = performance.now();
  charts.rows = state.held ? 0 : state.rows;
  const judged = shown.judgedUntil();
  charts.shades = anomalies.ofSensor(shown.sensor).map((anomaly) => ({
    from: anomaly.start, to: anomaly.state === 'closed' ? anomaly.time : Math.max(anomaly.time, judged),
  }));
  charts.order = byId('order').value;
  charts.show(shown, state.range);
  drawView(shown);
  tick.dots = charts.counts();
  tick.flags = shown.flags;
  tick.range = state.range && [Math.round(state.range.min), Math.round(state.range.max)];
  tick.renders++;
  tick.renderMillis += performance.now() - start;
  if (!state.held && shown.t.length) {
    // From the newest row's own time until its pixels are there; means something where rows carry the time at which they were made.
    const newest = shown.t[shown.t.length - 1];
    requestAnimationFrame(() => { tick.lags[tick.renders % MOST_LAGS] = Date.now() - newest; });
  }
}

function drawView(shown) {
  const slash = shown.sensor.indexOf('/');
  setText(byId('view-name'), shown.sensor.slice(slash + 1));
  byId('view-name').title = shown.sensor;
  const last = shown.t.length - 1;
  const notes = [];
  if (last >= 0) notes.push(span(shown.t[last] - shown.t[Math.max(0, charts.firstShown())]) + ' to ' + time(shown.t[last]) + ' UTC');
  if (stream.points && stream.points.sensor === shown.sensor) notes.push(count(stream.points.next) + ' rows so far');
  if (shown.every > 1) notes.push('of each ' + shown.every + ' rows the smallest and largest');
  if (shown.judged === 0) notes.push('no verdicts yet: a detector first learns');
  else if (shown.detector) notes.push('judged by ' + shown.detector);
  setText(byId('view-note'), notes.join(' · '));
  byId('view-panel').classList.toggle('unjudged', shown.judged === 0);
  byId('order-label').hidden = shown.channels.length < 2;
  document.title = (anomalies.all().some((anomaly) => anomaly.state !== 'closed') ? '● ' : '') + shown.sensor.slice(slash + 1) + ' · tickwatch';
}

function drawPause() {
  const button = byId('pause');
  const isHeld = state.held !== null;
  const behind = isHeld && stream.points && stream.points.sensor === state.held.sensor ? Math.max(0, stream.points.next - state.heldNext) : 0;
  tick.paused = isHeld;
  tick.behind = behind;
  button.setAttribute('aria-pressed', String(isHeld));
  setText(button, isHeld ? '▶ Go on · ' + count(behind) + ' rows behind' : '❚❚ Pause');
  byId('newer').disabled = !isHeld;
  document.body.classList.toggle('held', isHeld);
}

const STATES = {
  live: 'live', replaying: 'reading the log', connecting: 'connecting', disconnected: 'no tickerplant', gone: 'no answer',
};

function drawState() {
  const stats = state.stats;
  const now = !state.isConnected ? 'gone' : stats ? stats.state : 'connecting';
  const pill = byId('state');
  pill.dataset.state = now;
  setText(pill, (now === 'live' ? '● ' : '◌ ') + STATES[now]);
  const banner = byId('banner');
  let text = '';
  if (now === 'gone') text = 'The dashboard does not answer. This page tries again by itself and shows what it missed.';
  else if (now === 'disconnected') text = 'The tickerplant cannot be reached: ' + stats.why + (/[.?!]$/.test(stats.why) ? ' ' : '. ') + 'It is tried again by itself; nothing is lost.';
  setText(banner, text);
  banner.hidden = text === '';
  const empty = byId('empty');
  const isEmpty = now !== 'gone' && stats && stats.sensors === 0;
  empty.hidden = !isEmpty;
  byId('view-panel').classList.toggle('empty', Boolean(isEmpty));
  if (isEmpty) {
    empty.replaceChildren(el('h3', {}, 'No rows yet'), el('p', {}, stats.state === 'live' ? 'Is the feed running? Start one:' : 'Waiting for the tickerplant.'),
      stats.state === 'live' ? el('pre', {}, 'tickwatch feed --csv data/servers/omi-1.csv.gz --table server --interval 20ms --loop') : '');
  }
}

function drawNumbers(stats) {
  setText(byId('n-rate'), count(stats.rowsPerSecond));
  setText(byId('n-latency'), stats.p50 === null ? '–' : latency(stats.p50, stats.p99));
  setText(byId('n-backlog'), count(stats.backlog) + (stats.backlog === 1 ? ' row' : ' rows'));
  byId('warm-up').hidden = stats.warming === 0;
  setText(byId('n-warm'), count(stats.judgeable - stats.warming) + ' of ' + count(stats.judgeable) + ' · ' + percent((stats.judgeable - stats.warming) / Math.max(1, stats.judgeable)));
  query.tell(stats.rdb);
  setText(byId('n-flagged'), count(stats.flagged));
  setText(byId('n-open'), count(stats.open) + ' open / ' + count(stats.anomalies));
  byId('n-open').classList.toggle('alarm', stats.open > 0);
  drawProcesses(stats);
}

/** Who is alive: by heartbeats where there are any, else by what comes from them. */
function drawProcesses(stats) {
  const list = [['tickerplant', stats.state === 'live' || stats.state === 'replaying' ? 'ok' : 'gone', stats.why || stats.state]];
  const age = (seconds) => (seconds === null ? 'none' : seconds > 30 ? 'gone' : seconds > 5 ? 'late' : 'ok');
  const known = new Set(stats.processes.map((one) => one.name));
  if (!known.has('feed')) list.push(['rows', age(stats.rowAge), stats.rowAge === null ? 'no rows yet' : 'last rows ' + num(stats.rowAge) + ' s ago']);
  if (!known.has('detector')) {
    list.push(['scores', stats.backlog > 0 || stats.verdictAge === null ? age(stats.verdictAge) : age(Math.max(0, stats.verdictAge - stats.rowAge)),
      stats.verdictAge === null ? 'no scores yet: is a detector running?' : 'last scores ' + num(stats.verdictAge) + ' s ago']);
  }
  if (stats.rdb && stats.rdb.state !== 'none') list.push(['rdb', stats.rdb.state === 'connected' ? 'ok' : 'gone', stats.rdb.why || 'connected']);
  for (const one of stats.processes) {
    // Of these this page's own connections tell more, and sooner.
    if (one.name === 'tickerplant' || (one.name === 'rdb' && stats.rdb.state !== 'none')) continue;
    list.push([one.name, one.state, 'heartbeat ' + num(one.age) + ' s ago, one every ' + num(one.interval) + ' s; ' + one.host + ', process ' + one.pid]);
  }
  const signs = { ok: '●', late: '◐', gone: '✕', none: '○' };
  const key = JSON.stringify(list.map((one) => one.slice(0, 2)));
  const host = byId('processes');
  if (host.dataset.key !== key) {
    host.dataset.key = key;
    host.replaceChildren(...list.map(([name, how]) => el('span', { class: 'process ' + how }, el('i', { 'aria-hidden': 'true' }, signs[how]), name,
      how === 'ok' ? null : el('em', {}, how === 'none' ? 'none yet' : how))));
  }
  list.forEach(([, , why], i) => { host.children[i].title = why; });
}

// ---- holding and going on

function hold() {
  if (state.held || !stream.points) return;
  state.held = stream.points.copy();
  state.heldNext = stream.points.next;
  state.isDirty = true;
  schedule();
  link();
}

function live() {
  state.held = null;
  state.range = null;
  byId('moved').hidden = true;
  state.isDirty = true;
  schedule();
  link();
}

async function select(from, to) {
  hold();
  zoom(from, to);
  await rank(from, to);
}

function zoom(from, to) {
  state.range = { min: from, max: to };
  state.isDirty = true;
  schedule();
  link();
}

/** Which channels moved most between two times. */
async function rank(from, to) {
  const answer = await fetch(here('api/moved?' + new URLSearchParams({ sensor: state.sensor, from, to }))).catch(() => null);
  if (!answer || !answer.ok || !state.range) return;
  drawMoved(await answer.json(), from, to);
}

function drawMoved(said, from, to) {
  const host = byId('moved');
  host.hidden = false;
  host.replaceChildren(
    el('div', { class: 'line' }, el('h3', {}, 'Moved most in ' + span(to - from)),
      el('span', { class: 'dim' }, count(said.rows) + ' rows, ' + count(said.flagged) + ' flagged; against the stretch before'),
      el('span', { class: 'grow' }), el('button', { onclick: live }, 'Back to live')),
    el('div', { class: 'moved-list' }, ...said.moved.slice(0, 8).map((one) => el('button', {
      class: 'moved-one', title: 'before ' + num(one.before) + ', during ' + num(one.during), onclick: () => scrollTo(one.name),
    }, el('b', {}, one.name), ' ' + (one.change >= 0 ? '▲ ' : '▼ ') + upTo(Math.abs(one.change)) + ' σ',
    el('span', { class: 'dim' }, one.spread < 0.001 ? ' went flat' : one.spread > 1000 ? ' stood still before' : ' spread ×' + upTo(one.spread))))));
}

/** Two digits of a number that is compared at a glance; beyond a thousand (a channel that stood still before) how many no longer matters. */
const upTo = (value) => (value > 1000 ? '>1,000' : value < 0.05 ? '0' : String(Number(value.toPrecision(2))));

function scrollTo(channel) {
  const box = [...document.querySelectorAll('#charts .chart')].find((one) => one.dataset.channel === channel);
  if (box) {
    box.scrollIntoView({ block: 'center', behavior: 'smooth' });
    box.classList.add('flash');
    setTimeout(() => box.classList.remove('flash'), 1500);
  }
}

/** Rows from before those shown, from memory or from the rdb. */
async function older(before) {
  const shown = state.held || stream.points;
  const at = before ?? (shown && shown.t.length ? shown.t[0] : null);
  if (at === null) return;
  const answer = await fetch(here('api/series?' + new URLSearchParams({ sensor: state.sensor, before: at, rows: state.rows, px: px() }))).catch(() => null);
  if (!answer) return;
  const view = await answer.json();
  if (!answer.ok) return note(view.error);
  if (view.r.length === 0) return note('There are no rows before these.');
  state.heldNext = state.held ? state.heldNext : stream.points.next;
  state.held = new Points(view);
  state.range = null;
  byId('moved').hidden = true;
  state.isDirty = true;
  schedule();
  link();
}

async function newer() {
  const shown = state.held;
  if (!shown || shown.t.length === 0) return;
  const width = shown.t[shown.t.length - 1] - shown.t[0];
  const to = shown.t[shown.t.length - 1] + width;
  if (stream.points && to >= stream.points.t[stream.points.t.length - 1]) live();
  else await older(to);
}

function note(text) {
  const host = byId('moved');
  host.hidden = false;
  host.replaceChildren(el('div', { class: 'line' }, el('span', {}, text), el('span', { class: 'grow' }), el('button', { onclick: live }, 'Back to live')));
}

/** The charts at an anomaly of whichever sensor. */
async function show(anomaly) {
  if (anomaly.sensor !== state.sensor) choose(anomaly.sensor);
  const wait = performance.now() + 3000;
  while ((!stream.points || stream.points.sensor !== anomaly.sensor) && performance.now() < wait) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await around(anomaly.start, anomaly.time);
}

/** Rows on both sides of a stretch, and the charts at it: at just that where it is exact, else at a little more. */
async function around(from, to, isExact = false) {
  const points = stream.points;
  if (!points || points.t.length < 2) return;
  const step = (points.t[points.t.length - 1] - points.t[0]) / Math.max(1, points.r[points.r.length - 1] - points.r[0]);
  await older(to + Math.max(step, (step * state.rows - (to - from)) / 2));
  if (!state.held) return;
  const margin = isExact ? 0 : Math.max(step * 80, (to - from) * 0.6);
  zoom(from - margin, to + margin);
  if (isExact) await rank(from, to);
}

// ---- the address: it gives the same view again

function link() {
  const at = new URLSearchParams();
  if (state.sensor) at.set('sym', state.sensor);
  if (state.rows !== 1000) at.set('rows', state.rows);
  if (state.range) at.set('t', Math.round(state.range.min) + '-' + Math.round(state.range.max));
  else if (state.held && state.held.t.length) at.set('t', Math.round(state.held.t[0]) + '-' + Math.round(state.held.t[state.held.t.length - 1]));
  if (anomalies.openId) at.set('id', anomalies.openId);
  if (asked.get('theme')) at.set('theme', asked.get('theme'));
  const wanted = location.pathname + (at.size ? '?' + at : '');
  if (wanted !== location.pathname + location.search) {
    try { history.replaceState(null, '', wanted); } catch { /* too many changes a second: the next one will do */ }
  }
}

/** Times of an address: 1580130000000, 1580130000000-1580140000000, 2020.01.27D13:00:00 or 2020-01-27T13:00:00Z. */
function timesOf(text) {
  const millisText = text.match(/^(\d{8,})(?:-(\d{8,}))?$/);
  if (millisText) return [Number(millisText[1]), Number(millisText[2] || millisText[1])];
  const iso = text.replace(/^(\d{4})\.(\d\d)\.(\d\d)D/, '$1-$2-$3T').replace(/(\.\d{3})\d*/, '$1');
  const parsed = Date.parse(/[Zz]$/.test(iso) ? iso : iso + 'Z');
  return Number.isNaN(parsed) ? null : [parsed, parsed];
}

async function openLink() {
  const wait = performance.now() + 10_000;
  while (!stream.points && performance.now() < wait) await new Promise((resolve) => setTimeout(resolve, 50));
  const times = asked.get('t') ? timesOf(asked.get('t')) : null;
  if (times) await around(times[0], times[1], times[1] > times[0]);
  if (asked.get('id')) await anomalies.open(asked.get('id'));
}

// ---- keys and buttons

byId('pause').addEventListener('click', () => (state.held ? live() : hold()));
byId('older').addEventListener('click', () => older());
byId('newer').addEventListener('click', () => newer());
byId('theme').addEventListener('click', () => theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));
byId('help').addEventListener('click', () => byId('keys').showModal());
byId('order').addEventListener('change', () => { state.isDirty = true; charts.order = byId('order').value; charts.reorder(); schedule(); });
byId('window').addEventListener('change', () => {
  state.rows = Number(byId('window').value);
  live();
  stream.follow(state.sensor, state.rows, px());
});
document.addEventListener('visibilitychange', () => { state.isDirty = true; schedule(); });
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.matches('input:not([type=checkbox]), textarea, select');
  if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
    if (isTyping) event.target.blur();
    else live();
    return;
  }
  if (isTyping || byId('keys').open) return;
  const isPressable = event.target.matches('button, summary, a');
  if (event.key === ' ' && !isPressable) byId('pause').click();
  else if (event.key === 'ArrowLeft') anomalies.step(-1);
  else if (event.key === 'ArrowRight') anomalies.step(1);
  else if (event.key === '/') byId('sensor-filter').focus();
  else if (event.key === 't') byId('theme').click();
  else if (event.key === 'q') query.open();
  else if (event.key === '?') byId('keys').showModal();
  else return;
  event.preventDefault();
});

const wantedRows = Number(asked.get('rows'));
if (wantedRows > 0) {
  state.rows = wantedRows;
  const select = byId('window');
  if (![...select.options].some((option) => Number(option.value) === wantedRows)) select.append(el('option', { value: wantedRows }, count(wantedRows) + ' rows'));
  select.value = String(wantedRows);
}
/** Who looks, and whether an answer of theirs would be taken. */
async function greet() {
  const answer = await fetch(here('api/user')).catch(() => null);
  if (!answer || !answer.ok) return;
  const user = await answer.json();
  setText(byId('user'), user.name);
  byId('user').title = user.name + ' may ' + user.rights.join(', ');
  anomalies.mayAnswer = user.rights.includes('publish');
  anomalies.draw();
}

greet();
anomalies.draw();
stream.follow(asked.get('sym') || '', state.rows, px());
if (asked.get('t') || asked.get('id')) openLink();
