// The sensors, each with a strip that tells how near to the threshold its last rows came.
import { el, byId, setText, count } from './format.js';

const PARTS = 120;

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
    this.filter.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && this.shown().length > 0) {
        this.listener.choose(this.shown()[0].key);
        this.filter.blur();
      }
    });
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
        const answer = await fetch('api/sensors?find=' + encodeURIComponent(wanted));
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
    return wanted ? from.filter((sensor) => sensor.key.toLowerCase().includes(wanted)) : from;
  }

  choose(key) {
    this.chosen = key;
    for (const [name, row] of this.rows) row.node.setAttribute('aria-selected', String(name === key));
  }

  draw() {
    setText(byId('sensors-count'), this.total ? count(this.total) : '');
    const shown = this.shown();
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
    const strip = el('canvas', { class: 'strip', width: PARTS, height: 1, 'aria-hidden': 'true' });
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
    setText(row.many, sensor.judged ? count(sensor.flagged) + ' of ' + count(sensor.judged) : count(sensor.rows) + ' rows');
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
  context.clearRect(0, 0, PARTS, 1);
  for (let i = 0; i < digits.length; i++) {
    if (digits[i] === '.') continue;
    context.fillStyle = colours[Number(digits[i])];
    context.fillRect(i, 0, 1, 1);
  }
}
