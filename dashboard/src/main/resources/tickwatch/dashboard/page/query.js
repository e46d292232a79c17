// The box in which the rdb is asked.
import { el, byId, setText, count, here } from './format.js';

export class Query {
  constructor() {
    this.box = byId('query');
    this.note = byId('query-note');
    this.result = byId('query-result');
    byId('query-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.run();
    });
    byId('query-csv').addEventListener('click', () => this.csv());
    this.box.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.run();
      }
    });
  }

  /** Whether there is an rdb to ask. */
  tell(rdb) {
    const text = rdb.state === 'connected' ? 'any q expression; it changes nothing in the rdb'
      : rdb.state === 'none' ? 'there is none: start the dashboard with --rdb HOST:PORT' : 'it does not answer: ' + rdb.why;
    setText(byId('query-who'), text);
  }

  suggest(key) {
    if (key !== this.key) this.examples(key);
    if (this.box.value === '' || this.box.value === this.suggested) {
      this.suggested = 'select[-20] from ' + key.slice(0, key.indexOf('/')) + ' where sym=`$' + JSON.stringify(key.slice(key.indexOf('/') + 1));
      this.box.value = this.suggested;
    }
  }

  /** What one asks most, a press away. */
  examples(key) {
    this.key = key;
    const table = key.slice(0, key.indexOf('/'));
    const all = {
      'rows by sensor': 'select rows:count i,last time by sym from ' + table,
      'flagged by sensor': 'select judged:count i,flagged:sum flag,worst:max score%threshold by sym from score',
      'open anomalies': 'select from (select last time,last state,last grade,last kind,last channel by sym,id from anomaly) where state<>`closed',
    };
    byId('query-examples').replaceChildren(...Object.entries(all).map(([name, q]) => el('button', {
      type: 'button', class: 'quiet', title: q, onclick: () => { this.box.value = q; this.run(); },
    }, name)));
  }

  open() {
    byId('query-details').open = true;
    this.box.focus();
  }

  ask(format) {
    return fetch(here('api/query'), {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ q: this.box.value, format }),
    });
  }

  async run() {
    setText(this.note, 'running …');
    try {
      const answer = await this.ask('json');
      const said = await answer.json();
      if (!answer.ok) {
        setText(this.note, '');
        this.result.replaceChildren(el('p', { class: 'wrong' }, said.error));
      } else if (said.text !== undefined) {
        setText(this.note, said.millis + ' ms');
        this.result.replaceChildren(el('pre', {}, said.text));
      } else {
        setText(this.note, count(said.rowCount) + ' rows, ' + said.millis + ' ms'
          + (said.rows.length < said.rowCount ? '; the first ' + count(said.rows.length) + ' are shown' : ''));
        this.result.replaceChildren(table(said));
      }
    } catch {
      setText(this.note, 'the dashboard does not answer');
    }
  }

  async csv() {
    setText(this.note, 'running …');
    const answer = await this.ask('csv').catch(() => null);
    if (!answer || !answer.ok) {
      const said = answer ? await answer.json().catch(() => ({})) : {};
      setText(this.note, said.error || 'the dashboard does not answer');
      return;
    }
    const link = el('a', { href: URL.createObjectURL(await answer.blob()), download: 'tickwatch.csv' });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    setText(this.note, 'downloaded');
  }
}

function table(said) {
  const numeric = said.columns.map((column) => 'hijef'.includes(column.type));
  return el('table', {},
    el('thead', {}, el('tr', {}, ...said.columns.map((column, c) => el('th', { class: numeric[c] ? 'num' : null, title: 'type ' + column.type }, column.name)))),
    el('tbody', {}, ...said.rows.map((row) => el('tr', {}, ...row.map((cell, c) => el('td', { class: numeric[c] ? 'num' : null }, cell))))));
}
