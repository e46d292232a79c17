// The sensors, each with a strip that tells how near to the threshold its last rows came.
import { el, byId, setText, count, here } from './format.js';

const PARTS = 120;
const STRIP_HEIGHT = 14;
/** Height of a part by its digit: what is flagged fills the strip, so that it shows without colours. */
const HEIGHTS = [3, 5, 7, 9, 14, 14, 14, 14, 14, 14];
/** So few keep their places; of more, those with open anomalies come first. */
const FEW = 12;

export class Sensors {
  /** Calls choose(key). */
  constructor(listener) {
    this.listener = listener;
    this.host = byId('sensors');
    this.rows = new Map();
    this.listed = [];
    this.chosen = '';
    this.total = 0;
    this.filter = byId('sensor-filter');
    this.filter.addEventListener('input', () => this.find());
    byId('sensors-panel').addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') this.move(event);
    });
    this.filter.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && this.shown().length > 0) {
        this.listener.choose(this.shown()[0].key);
        this.filter.blur();
      }
    });
  }

  /** Up and down through the list; up from the first goes back to the field. */
  move(event) {
    const nodes = [...this.host.children];
    const at = nodes.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
    event.preventDefault();
    if (at < 0) this.filter.focus();
    else if (at < nodes.length) nodes[at].focus();
  }

  /** Takes what a frame says: the first of all sensors, those with open anomalies first. */
  take(sensors, total) {
    this.listed = sensors;
    this.total = total;
    // While somebody looks for a name, the server is asked again only if it did not list them all.
    if (this.filter.value && total > sensors.length) this.find();
    else this.draw();
  }

  async find() {
    const wanted = this.filter.value.trim();
    if (wanted && this.total > this.listed.length) {
      try {
        const answer = await fetch(here('api/sensors?find=' + encodeURIComponent(wanted)));
        const found = await answer.json();
        if (wanted === this.filter.value.trim()) this.found = found;
      } catch {
        this.found = null;
      }
    } else {
      this.found = null;
    }
    this.draw();
  }

  shown() {
    const wanted = this.filter.value.trim().toLowerCase();
    const from = wanted && this.found ? this.found : this.listed;
    if (!wanted && this.total <= FEW) return from.slice().sort((a, b) => (a.key < b.key ? -1 : 1));
    return wanted ? from.filter((sensor) => sensor.key.toLowerCase().includes(wanted)) : from;
  }

  choose(key) {
    this.chosen = key;
    for (const [name, row] of this.rows) row.node.setAttribute('aria-selected', String(name === key));
  }

  draw() {
    setText(byId('sensors-count'), this.total ? count(this.total) : '');
    const shown = this.shown();
    const hidden = this.filter.value.trim() ? 0 : this.total - shown.length;
    byId('sensors-more').hidden = hidden <= 0 && shown.length > 0;
    setText(byId('sensors-more'), shown.length === 0 ? (this.total ? 'No sensor of that name.' : '') : 'and ' + count(hidden) + ' more: type to find one');
    const wanted = new Set(shown.map((sensor) => sensor.key));
    for (const [key, row] of this.rows) {
      if (!wanted.has(key)) {
        row.node.remove();
        this.rows.delete(key);
      }
    }
    let before = null;
    for (const sensor of shown) {
      const row = this.rows.get(sensor.key) || this.make(sensor.key);
      if (before ? before.nextSibling !== row.node : this.host.firstChild !== row.node) {
        if (before) before.after(row.node);
        else this.host.prepend(row.node);
      }
      before = row.node;
      this.update(row, sensor);
    }
  }

  make(key) {
    const slash = key.indexOf('/');
    const strip = el('canvas', { class: 'strip', width: PARTS, height: STRIP_HEIGHT, 'aria-hidden': 'true' });
    const mark = el('span', { class: 'mark' });
    const many = el('span', { class: 'many' });
    const node = el('button', {
      class: 'sensor', role: 'option', title: key, 'aria-selected': String(key === this.chosen),
      onclick: () => this.listener.choose(key),
    }, el('span', { class: 'name' }, el('span', { class: 'dim' }, key.slice(0, slash) + ' '), key.slice(slash + 1)), strip, mark, many);
    const row = { node, strip, mark, many, digits: '' };
    this.rows.set(key, row);
    return row;
  }

  update(row, sensor) {
    setText(row.mark, sensor.open ? '▲ open' : '');
    setText(row.many, sensor.judged ? count(sensor.flagged) + ' flagged' : count(sensor.rows) + ' rows');
    row.many.title = count(sensor.flagged) + ' of ' + count(sensor.judged) + ' judged rows were flagged' + (sensor.late ? '; ' + count(sensor.late) + ' rows came late and are left out' : '');
    row.node.setAttribute('aria-label', sensor.key + ', ' + sensor.flagged + ' flagged of ' + sensor.judged + ' judged rows'
      + (sensor.open ? ', anomaly open' : ''));
    if (row.digits !== sensor.strip || row.theme !== document.documentElement.dataset.theme) {
      row.digits = sensor.strip;
      row.theme = document.documentElement.dataset.theme;
      paint(row.strip, sensor.strip);
    }
  }
}

function paint(canvas, digits) {
  const style = getComputedStyle(document.documentElement);
  const colours = Array.from({ length: 10 }, (unused, i) => style.getPropertyValue('--h' + i).trim());
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, PARTS, STRIP_HEIGHT);
  for (let i = 0; i < digits.length; i++) {
    if (digits[i] === '.') continue;
    const level = Number(digits[i]);
    context.fillStyle = colours[level];
    context.fillRect(i, STRIP_HEIGHT - HEIGHTS[level], 1, HEIGHTS[level]);
  }
}
