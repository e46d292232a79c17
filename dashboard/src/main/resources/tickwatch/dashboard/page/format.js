// Texts for numbers and times, and elements made without markup: nothing from the stream is ever parsed as HTML.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An address beside this page's: a page that was opened as user:password@host must not ask with a relative one. */
export const here = (path) => location.origin + location.pathname.replace(/[^/]*$/, '') + path;

export const byId = (id) => document.getElementById(id);

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A number as short as it can be told apart on a chart. */
export function num(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e7 || (size < 1e-4 && size > 0)) return value.toExponential(2);
  if (size >= 1000) return value.toLocaleString('en', { maximumFractionDigits: size >= 1e5 ? 0 : 1 });
  return String(Number(value.toPrecision(4)));
}

export const count = (value) => (value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en'));

export function percent(share) {
  if (share === null || share === undefined) return '–';
  return share >= 0.0995 || share === 0 ? Math.round(share * 100) + ' %' : (share * 100).toFixed(1) + ' %';
}

/** Two times in milliseconds, in seconds where the longer one is long. */
export function latency(shorter, longer) {
  const isLong = longer >= 10_000;
  const text = (ms) => (isLong ? num(Number((ms / 1000).toPrecision(2))) : ms < 10 ? ms.toFixed(1) : count(ms));
  return text(shorter) + ' / ' + text(longer) + (isLong ? ' s' : ' ms');
}

/** 2020-01-28 13:05:00.000, UTC. */
export function time(ms) {
  if (ms === null || ms === undefined) return '–';
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '').replace('.000', '');
}

/** A name in camel case as words: levelShift is a level shift. */
export const words = (name) => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/** How long, in words short enough for a table. */
export function span(ms) {
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 1) return Math.round(ms) + ' ms';
  if (seconds < 120) return num(Number(seconds.toPrecision(3))) + ' s';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min';
  if (seconds < 172800) return num(Number((seconds / 3600).toPrecision(2))) + ' h';
  return num(Number((seconds / 86400).toPrecision(2))) + ' d';
}

export const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
