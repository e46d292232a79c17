// The list of anomalies, newest first, and the detail of one.
import { el, byId, setText, num, time, span, percent, count, here, words } from './format.js';
import { Points } from './stream.js';
import { smallChart } from './charts.js';

const MOST_LISTED = 200;
const MOST_KEPT = 1000;
/** Of the charts of one anomaly, by how many there are. */
const HEIGHTS = [0, 340, 220, 150, 150];

export const VERDICTS = [
  ['confirmed', '✓ confirmed', 'It was a real anomaly.'],
  ['expected', '◷ expected', 'Real, but planned or known: a maintenance, a deployment.'],
  ['falseAlarm', '✗ false alarm', 'Nothing was wrong.'],
  ['newTrend', '↗ new trend', 'This is how it will be from now on.'],
  ['unresolved', '? unresolved', 'Looked at, not understood.'],
];

export class Anomalies {
  /** Calls show(anomaly) to move the charts there, and changed(). */
  constructor(listener) {
    this.listener = listener;
    this.byId = new Map();
    this.nodes = new Map();
    this.host = byId('anomalies');
    this.dialog = byId('detail');
    this.openId = null;
    this.sensor = '';
    this.pending = new Map();
    this.mayAnswer = true;
    byId('only-sensor').addEventListener('change', () => this.draw());
    byId('only-open').addEventListener('change', () => this.draw());
    this.dialog.addEventListener('close', () => {
      this.destroyPlots();
      this.openId = null;
      this.listener.changed();
    });
    this.dialog.addEventListener('click', (event) => event.target === this.dialog && this.dialog.close());
  }

  take(told) {
    const isFirst = this.byId.size === 0;
    for (const anomaly of told) {
      const known = this.byId.get(anomaly.id);
      if (!known && !isFirst) byId('said').textContent = 'Anomaly: ' + anomaly.sensor + ', ' + anomaly.channel;
      this.byId.set(anomaly.id, anomaly);
      const pending = this.pending.get(anomaly.id);
      if (pending && anomaly.feedback.length > pending.before) this.pending.delete(anomaly.id);
      if (this.openId === anomaly.id) this.updateOpen(anomaly);
    }
    while (this.byId.size > MOST_KEPT) this.byId.delete(this.byId.keys().next().value);
    this.draw();
  }

  reset() {
    this.byId.clear();
    this.draw();
  }

  all() {
    return [...this.byId.values()].sort((a, b) => b.start - a.start);
  }

  ofSensor(key) {
    return [...this.byId.values()].filter((anomaly) => anomaly.sensor === key);
  }

  shown() {
    const onlySensor = byId('only-sensor').checked;
    const onlyOpen = byId('only-open').checked;
    return this.all().filter((anomaly) => (!onlySensor || anomaly.sensor === this.sensor) && (!onlyOpen || anomaly.state !== 'closed'));
  }

  draw() {
    const shown = this.shown();
    const many = this.byId.size;
    setText(byId('anomalies-count'), many ? count(shown.length) + (shown.length < many ? ' of ' + count(many) : '') : '');
    const listed = shown.slice(0, MOST_LISTED);
    if (listed.length === 0) {
      this.nodes.clear();
      this.host.replaceChildren(el('li', { class: 'none dim' }, many ? 'None of this kind.' : 'None so far.'));
      return;
    }
    const nodes = listed.map((anomaly) => {
      const key = JSON.stringify([anomaly, this.pending.get(anomaly.id) || null, this.mayAnswer]);
      const known = this.nodes.get(anomaly.id);
      if (known && known.key === key) return known.node;
      const node = this.item(anomaly);
      this.nodes.set(anomaly.id, { key, node });
      return node;
    });
    const wanted = new Set(listed.map((anomaly) => anomaly.id));
    for (const id of this.nodes.keys()) if (!wanted.has(id)) this.nodes.delete(id);
    // Only what moved is touched, so that a pressed button stays the same button.
    nodes.forEach((node, i) => {
      if (this.host.children[i] !== node) this.host.insertBefore(node, this.host.children[i] || null);
      node.classList.toggle('chosen', listed[i].id === this.openId);
    });
    while (this.host.children.length > nodes.length) this.host.lastChild.remove();
  }

  item(anomaly) {
    const isOpen = anomaly.state !== 'closed';
    const last = anomaly.feedback[anomaly.feedback.length - 1];
    return el('li', { class: 'anomaly' + (isOpen ? ' open' : ''), 'data-id': anomaly.id },
      el('button', { class: 'what', onclick: () => this.open(anomaly.id) },
        el('span', { class: 'line' },
          el('span', { class: 'dot', 'aria-hidden': 'true' }, isOpen ? '●' : '○'),
          el('b', { class: 'sensor-name', title: anomaly.sensor }, anomaly.sym),
          el('span', { class: 'state' }, isOpen ? 'open' : 'closed'),
          el('span', { class: 'grow' }),
          grade(anomaly.grade)),
        el('span', { class: 'line dim' }, time(anomaly.start),
          anomaly.time > anomaly.start ? el('span', {}, ' · ' + span(anomaly.time - anomaly.start)) : null,
          anomaly.kind ? el('span', {}, ' · ' + words(anomaly.kind)) : null),
        el('span', { class: 'line' },
          el('b', { class: 'channel', title: anomaly.channel }, anomaly.channel), ' ',
          el('span', {}, num(anomaly.actual)),
          el('span', { class: 'dim' }, ' expected ' + num(anomaly.expected) + ' (' + num(anomaly.lower) + ' to ' + num(anomaly.upper) + ')')),
        anomaly.channels.length > 1 ? bars(anomaly.channels, 3) : null),
      el('div', { class: 'line verdicts' },
        ...['confirmed', 'falseAlarm'].map((verdict) => this.button(anomaly, VERDICTS.find((one) => one[0] === verdict))),
        el('button', { class: 'quiet', title: 'All five answers, and a note', onclick: () => this.open(anomaly.id) }, '…'),
        el('span', { class: 'given', role: 'status' }, this.outcome(anomaly, last))));
  }

  outcome(anomaly, last) {
    const pending = this.pending.get(anomaly.id);
    if (pending) return pending.text;
    return last ? word(last.verdict) + ' by ' + last.user : '';
  }

  /** Calls give(), where there is one, for a note. */
  button(anomaly, [verdict, label, why], give) {
    const last = anomaly.feedback[anomaly.feedback.length - 1];
    return el('button', {
      class: 'verdict', 'data-verdict': verdict, title: this.mayAnswer ? why : 'You may look, not answer: that takes the right to publish.',
      disabled: !this.mayAnswer, 'aria-pressed': String(Boolean(last) && last.verdict === verdict),
      onclick: () => this.give(anomaly.id, verdict, give ? give() : ''),
    }, label);
  }

  /** Sends what a person says; it counts once it has come back through the tickerplant. */
  async give(id, verdict, note = '') {
    const anomaly = this.byId.get(id);
    if (!anomaly) return;
    const before = anomaly.feedback.length;
    this.say(id, { before, text: 'sending …' });
    try {
      const answer = await fetch(here('api/feedback'), {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id, verdict, note }),
      });
      if (!answer.ok) {
        const said = await answer.json().catch(() => ({}));
        this.say(id, { before, text: 'not recorded: ' + (said.error || answer.status) });
      } else if (this.pending.has(id)) {
        this.say(id, { before, text: 'sent, not yet recorded …' });
      }
    } catch {
      this.say(id, { before, text: 'not recorded: the dashboard does not answer' });
    }
  }

  say(id, pending) {
    const anomaly = this.byId.get(id);
    if (anomaly && anomaly.feedback.length > pending.before) this.pending.delete(id);
    else this.pending.set(id, pending);
    this.draw();
    if (this.openId === id && anomaly) this.updateOpen(anomaly);
  }

  /** The anomaly before (-1) or after (+1) the open one, in order of time; the newest if none is open. */
  step(direction) {
    const shown = this.shown();
    if (shown.length === 0) return;
    const at = shown.findIndex((anomaly) => anomaly.id === this.openId);
    const to = at < 0 ? 0 : at - direction;
    if (to >= 0 && to < shown.length) this.open(shown[to].id);
  }

  async open(id) {
    let answer;
    try {
      answer = await fetch(here('api/anomaly?id=' + encodeURIComponent(id)));
    } catch {
      return;
    }
    if (!answer.ok) return;
    const detail = await answer.json();
    this.openId = id;
    this.render(detail);
    if (!this.dialog.open) this.dialog.showModal();
    this.plots(detail);
    this.listener.changed();
    this.draw();
  }

  updateOpen(anomaly) {
    const feedback = this.dialog.querySelector('.detail-feedback');
    if (feedback) feedback.replaceWith(this.feedback(anomaly));
  }

  feedback(anomaly) {
    const oldNote = this.dialog.querySelector('#note');
    const note = el('input', { id: 'note', placeholder: 'a note, if you like', maxlength: 1000, 'aria-label': 'Note' });
    if (oldNote) note.value = oldNote.value;
    const pending = this.pending.get(anomaly.id);
    return el('section', { class: 'detail-feedback' },
      el('h3', {}, 'What was it?'),
      el('div', { class: 'line verdicts' }, ...VERDICTS.map((one) => this.button(anomaly, one, () => byId('note').value))),
      note,
      pending ? el('p', { class: 'given', role: 'status' }, pending.text) : null,
      ...anomaly.feedback.slice().reverse().map((one) => el('p', { class: 'dim given' },
        word(one.verdict) + ' by ' + one.user + ', recorded ' + time(one.time) + (one.note ? ' — ' + one.note : ''))),
      anomaly.alerts.length ? el('ul', { class: 'alerts' }, ...anomaly.alerts.slice(-4).map((one) => el('li', {}, 'alert by ' + one.sink + ': ' + one.state + ' ' + time(one.time)))) : null);
  }

  render(detail) {
    const anomaly = detail.anomaly;
    const isOpen = anomaly.state !== 'closed';
    const charts = el('div', { class: 'detail-charts' });
    const fact = (name, value) => el('div', {}, el('dt', {}, name), el('dd', {}, value));
    this.dialog.replaceChildren(
      el('div', { class: 'detail-head' + (isOpen ? ' open' : '') },
        el('span', { class: 'dot', 'aria-hidden': 'true' }, isOpen ? '●' : '○'),
        el('h2', { title: anomaly.sensor, tabindex: '-1', autofocus: true }, anomaly.sym),
        el('span', { class: 'state' }, isOpen ? 'open' : 'closed'), grade(anomaly.grade),
        el('span', { class: 'grow' }),
        el('span', { class: 'group' },
          el('button', { title: 'The one before (←)', 'aria-label': 'The one before', onclick: () => this.step(-1) }, '←'),
          el('button', { title: 'The one after (→)', 'aria-label': 'The one after', onclick: () => this.step(1) }, '→')),
        el('button', { class: 'show', onclick: () => { this.dialog.close(); this.listener.show(anomaly); } }, 'Show in charts'),
        el('button', { class: 'icon', title: 'Close (Esc)', 'aria-label': 'Close', onclick: () => this.dialog.close() }, '✕')),
      anomaly.cause ? el('p', { class: 'cause' }, anomaly.cause) : null,
      el('dl', { class: 'facts' },
        fact('start', time(anomaly.start)),
        fact(isOpen ? 'last told' : 'end', time(anomaly.time)),
        fact('lasted', anomaly.time > anomaly.start ? span(anomaly.time - anomaly.start) : 'one row'),
        fact('score', num(anomaly.score) + ' (threshold ' + num(anomaly.threshold) + ')'),
        fact('kind', anomaly.kind ? words(anomaly.kind) : '–'),
        fact('confidence', percent(anomaly.confidence)),
        fact('detector', anomaly.detector || '–')),
      el('div', { class: 'detail-grid' },
        charts,
        el('div', { class: 'detail-side' },
          this.feedback(anomaly),
          el('section', {}, el('h3', {}, 'Channels to blame'), bars(anomaly.channels, 8)),
          el('section', {}, el('h3', {}, 'Moved with it'),
            detail.companions && detail.companions.length
              ? el('ul', {}, ...detail.companions.map((one) => el('li', {}, el('b', {}, one.name), el('span', { class: 'dim' }, ' r ' + one.correlation.toFixed(2) + ', ' + lag(one.lag)))))
              : el('p', { class: 'dim' }, detail.companions ? 'No other channel went with it.' : 'Its rows are no longer kept here.')),
          el('section', {}, el('h3', {}, 'Others like it'),
            detail.similar.length
              ? el('ul', {}, ...detail.similar.map((one) => el('li', {},
                el('button', { class: 'link', onclick: () => this.open(one.anomaly.id) }, one.anomaly.sym + ' ' + time(one.anomaly.start)),
                el('span', { class: 'dim' }, ' ' + percent(one.similarity)
                  + (one.anomaly.feedback.length ? ', ' + word(one.anomaly.feedback[one.anomaly.feedback.length - 1].verdict) : '')))))
              : el('p', { class: 'dim' }, 'None so far.')))),
      el('div', { class: 'line detail-copy' },
        copyButton('Copy as q', detail.q), copyButton('Copy JSON', JSON.stringify(anomaly, null, 1)),
        copyButton('Copy link', here('?' + new URLSearchParams({ sym: anomaly.sensor, t: anomaly.start, id: anomaly.id }))),
        el('code', { class: 'q' }, detail.q)));
  }

  plots(detail) {
    this.destroyPlots();
    this.made = [];
    const host = this.dialog.querySelector('.detail-charts');
    if (!detail.window) {
      host.append(el('p', { class: 'dim' }, 'The rows around it are no longer kept here: ask the rdb with the q expression below.'));
      return;
    }
    const points = new Points(detail.window);
    const blamed = detail.anomaly.channels.map((one) => one.name).filter((name) => points.channels.includes(name));
    const names = (blamed.length ? blamed : points.channels).slice(0, 4);
    for (const name of names) {
      const channel = points.channels.indexOf(name);
      const box = el('div', { class: 'chart' }, el('div', { class: 'chart-head' }, el('b', {}, name)));
      host.append(box);
      this.made.push(smallChart(box, points, channel, [{ from: detail.anomaly.start, to: detail.anomaly.time }], box.clientWidth, HEIGHTS[names.length]));
    }
  }

  destroyPlots() {
    (this.made || []).forEach((plot) => plot.destroy());
    this.made = [];
  }
}

function lag(rows) {
  if (rows === 0) return 'at the same row';
  const many = Math.abs(rows) + (Math.abs(rows) === 1 ? ' row ' : ' rows ');
  return many + (rows > 0 ? 'later' : 'earlier');
}

function word(verdict) {
  const found = VERDICTS.find((one) => one[0] === verdict);
  return found ? found[1].slice(2) : verdict;
}

function grade(value) {
  const meter = el('span', { class: 'grade', title: 'Grade, 0 to 1: how far above the threshold' },
    el('span', { class: 'grade-bar' }, el('i')), el('span', {}, value === null ? '–' : value.toFixed(2)));
  meter.querySelector('i').style.width = Math.round(100 * Math.max(0.03, Math.min(1, value || 0))) + '%';
  return meter;
}

function bars(channels, most) {
  const host = el('span', { class: 'bars' });
  const largest = Math.max(1e-9, ...channels.map((one) => one.share || 0));
  for (const one of channels.slice(0, most)) {
    const bar = el('span', { class: 'bar' }, el('span', { class: 'bar-name', title: one.name }, one.name),
      el('span', { class: 'bar-track' }, el('i')), el('span', { class: 'bar-share' }, percent(one.share)));
    bar.querySelector('i').style.width = Math.max(1, (100 * (one.share || 0)) / largest) + '%';
    host.append(bar);
  }
  if (channels.length > most && most > 3) host.append(el('span', { class: 'dim' }, 'and ' + (channels.length - most) + ' more'));
  return host;
}

function copyButton(label, text) {
  const button = el('button', {
    onclick: async () => {
      button.textContent = (await copied(text, button)) ? 'Copied' : 'Not allowed here';
      setTimeout(() => { button.textContent = label; }, 1200);
    },
  }, label);
  return button;
}

/** Browsers keep the clipboard's own functions from pages that came without TLS from another machine; the old way works there. */
async function copied(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = el('textarea', { class: 'sr', 'aria-hidden': 'true', tabindex: '-1' });
    field.value = text;
    beside.after(field);
    field.select();
    const isDone = document.execCommand('copy');
    field.remove();
    beside.focus();
    return isDone;
  }
}
