// The stream of events, and the rows that it brought.
//
// A frame's view replaces everything from row "from" on. After a lost connection the browser names the last mark it
// saw and gets the rows from there; a server that cannot go on from a mark sends the whole window.
//
// Frames come by WebSocket, of which a browser opens as many as there are tabs; where something between does not let
// one through, by server-sent events, of which a browser opens six to a host.

import { here } from './format.js';

const HIDDEN_MILLIS = 10_000;
const RETRY_MILLIS = 1000;

/** The points of one sensor's window; arrays of equal length, appended to and cut off in place. */
export class Points {
  constructor(view) {
    this.sensor = view.sensor;
    this.channels = view.channels;
    this.every = view.every;
    this.detector = view.detector || '';
    this.next = 0;
    this.first = 0;
    this.judged = 0;
    this.r = [];
    this.t = [];
    this.s = [];
    this.th = [];
    this.v = view.channels.map(() => []);
    this.e = view.channels.map(() => []);
    this.lo = view.channels.map(() => []);
    this.hi = view.channels.map(() => []);
    this.flags = { r: [], t: [], s: [], c: [], v: [] };
    this.apply(view, Infinity);
  }

  columns() {
    return [this.r, this.t, this.s, this.th, ...this.v, ...this.e, ...this.lo, ...this.hi];
  }

  apply(view, rows) {
    const keep = lowerBound(this.r, view.from);
    if (keep < this.r.length) this.columns().forEach((column) => (column.length = keep));
    append(this.r, view.r);
    append(this.t, view.t);
    const many = view.r.length;
    append(this.s, view.s || nulls(many));
    append(this.th, view.th || nulls(many));
    for (const name of ['v', 'e', 'lo', 'hi']) {
      this[name].forEach((column, c) => append(column, view[name] ? view[name][c] : nulls(many)));
    }
    const flagsKept = lowerBound(this.flags.r, view.from);
    for (const name of Object.keys(this.flags)) {
      this.flags[name].length = flagsKept;
      if (view.flags) append(this.flags[name], view.flags[name]);
    }
    this.next = view.next;
    this.first = view.first;
    this.judged = view.judged;
    this.trim(view.next - rows);
  }

  /** Drops points before a row, now and then, so that little is moved. */
  trim(before) {
    const drop = lowerBound(this.r, before);
    if (drop > this.r.length / 8 || drop > 64) this.columns().forEach((column) => column.splice(0, drop));
    const dropFlags = lowerBound(this.flags.r, before);
    if (dropFlags > 0) Object.values(this.flags).forEach((column) => column.splice(0, dropFlags));
  }

  /** The time of the last row that has a verdict; of none, the beginning of time. */
  judgedUntil() {
    let i = this.s.length - 1;
    while (i >= 0 && this.s[i] === null) i--;
    return i < 0 ? -Infinity : this.t[i];
  }

  copy() {
    const copy = Object.assign(Object.create(Points.prototype), this);
    for (const name of ['r', 't', 's', 'th']) copy[name] = this[name].slice();
    for (const name of ['v', 'e', 'lo', 'hi']) copy[name] = this[name].map((column) => column.slice());
    copy.flags = Object.fromEntries(Object.entries(this.flags).map(([name, column]) => [name, column.slice()]));
    return copy;
  }
}

const nulls = (many) => new Array(many).fill(null);

function append(column, items) {
  for (let i = 0; i < items.length; i++) column.push(items[i]);
}

/** The first position whose item is at least this. */
export function lowerBound(sorted, wanted) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Stream {
  /** Calls frame(message), and state(isConnected). */
  constructor(listener) {
    this.listener = listener;
    this.source = null;
    this.hadSocket = false;
    this.isSocketRefused = false;
    this.mark = null;
    this.asked = null;
    this.points = null;
    this.hiddenTimer = 0;
    document.addEventListener('visibilitychange', () => this.visibility());
    window.addEventListener('pagehide', () => this.close());
    window.addEventListener('pageshow', (event) => event.persisted && this.open());
  }

  /** Follows a sensor ('' for the server's choice) in a window of rows. */
  follow(sensor, rows, px) {
    this.asked = { sensor, rows, px };
    this.mark = null;
    this.points = null;
    this.open();
  }

  open() {
    this.close();
    if (!this.asked) return;
    const query = new URLSearchParams({ sensor: this.asked.sensor, rows: this.asked.rows, px: this.asked.px });
    if (this.mark && this.points) query.set('mark', this.mark);
    if (this.isSocketRefused) this.openEvents(query);
    else this.openSocket(query);
  }

  openSocket(query) {
    const source = new WebSocket(here('stream?' + query).replace(/^http/, 'ws'));
    this.source = source;
    let wasOpen = false;
    source.onopen = () => {
      wasOpen = true;
      if (this.source === source) this.listener.state(true);
    };
    source.onclose = () => {
      if (this.source !== source) return;
      this.listener.state(false);
      // What never let a socket through may let events through, unless nobody is there at all.
      if (!wasOpen && !this.hadSocket) {
        fetch(here('health')).then(() => { this.isSocketRefused = true; }, () => {}).then(() => this.source === source && this.again());
      } else {
        this.again();
      }
    };
    source.onmessage = (event) => {
      if (this.source !== source) return;
      this.hadSocket = true;
      this.receive(event.data);
    };
  }

  openEvents(query) {
    const source = new EventSource(here('stream?' + query));
    this.source = source;
    source.onopen = () => this.source === source && this.listener.state(true);
    source.onerror = () => {
      if (this.source !== source) return;
      this.listener.state(false);
      // A refusal (an upgrade in progress, too many browsers) ends an EventSource for good: try again by hand.
      if (source.readyState === EventSource.CLOSED) this.again();
    };
    source.onmessage = (event) => this.source === source && this.receive(event.data);
  }

  again() {
    const source = this.source;
    setTimeout(() => this.source === source && this.open(), RETRY_MILLIS);
  }

  receive(text) {
    const message = JSON.parse(text);
    this.mark = message.mark || null;
    this.take(message);
  }

  take(message) {
    const view = message.view;
    if (view) {
      if (view.whole || !this.points || this.points.sensor !== view.sensor) {
        if (!view.channels) return this.follow(this.asked.sensor, this.asked.rows, this.asked.px);
        this.points = new Points(view);
      } else {
        this.points.apply(view, this.asked.rows);
      }
    }
    this.listener.frame(message);
  }

  close() {
    if (this.source) this.source.close();
    this.source = null;
  }

  visibility() {
    clearTimeout(this.hiddenTimer);
    if (document.hidden) this.hiddenTimer = setTimeout(() => this.close(), HIDDEN_MILLIS);
    else if (!this.source) this.open();
  }
}
