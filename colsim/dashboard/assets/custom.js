// Language, zoom that works, and the colours that this browser's user prefers.
document.documentElement.lang = 'en';
document.querySelector('meta[name=viewport]').content = 'width=device-width, initial-scale=1';
window.colsim = {
  theme(name) {
    document.documentElement.dataset.theme = name;
    try { localStorage.setItem('colsim-theme', name) } catch (e) { /* private windows may refuse */ }
  },
};
(function () {
  let kept = null;
  try { kept = localStorage.getItem('colsim-theme') } catch (e) { /* as above */ }
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  document.documentElement.dataset.theme = kept || (dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', (e) => {
    let chosen = null;
    try { chosen = localStorage.getItem('colsim-theme') } catch (e) { /* as above */ }
    if (!chosen) document.documentElement.dataset.theme = e.matches ? 'dark' : 'light';
  });
})();
// A lost connection: said in words, and mended by itself. The address holds what the page shows.
(function () {
  let since = null, bar = null;
  const say = (text) => {
    if (!bar) {
      bar = document.createElement('div');
      bar.className = 'lost-connection';
      bar.setAttribute('role', 'status');
      document.body.appendChild(bar);
    }
    bar.textContent = text;
    bar.hidden = !text;
  };
  const back = (text) => {
    say(text);
    setTimeout(() => { if (!since) say('') }, 6000);
  };
  try {
    if (sessionStorage.getItem('colsim-back')) { sessionStorage.removeItem('colsim-back'); setTimeout(() => back('The connection is back: the page was opened anew at its address.'), 1500) }
  } catch (e) { /* as above */ }
  const again = () => {
    const last = +(sessionStorage.getItem('colsim-again') || 0);
    if (Date.now() - last < 15000) { say('This page lost its connection. Reload it: its address holds what it shows.'); return }
    sessionStorage.setItem('colsim-again', Date.now());
    sessionStorage.setItem('colsim-back', '1');
    location.reload();
  };
  const gone = () => [...document.querySelectorAll('.v-dialog--active')].some((d) => d.textContent.includes('Could not restore session'));
  setInterval(() => {
    const status = window.solara && window.solara.debug && window.solara.debug.connectionStatus;
    if (gone()) { again(); return }
    if (!status || status === 'connected') { if (since) { since = null; back('The connection is back.') } return }
    since = since || Date.now();
    say('The connection is lost; trying again. What you press meanwhile does nothing.');
    if (Date.now() - since > 8000) fetch((window.solara.rootPath || '') + '/readyz', { cache: 'no-store' }).then((r) => { if (r.ok) again() }, () => {});
  }, 1000);
})();
// What somebody types stays. When the page is drawn anew, its fields are set to what the server last said, also the one
// that is being filled in: that is put off until what was typed has been handed over and answered.
(function () {
  const KINDS = ['text', 'number', 'search', 'password', 'email', 'tel', 'url'], PATIENCE = 10000;
  const real = (el) => Object.getOwnPropertyDescriptor(el.constructor.prototype, 'value');
  const held = new Map();
  const said = (el) => (el._value === undefined || el._value === null ? '' : String(el._value)); // what was last drawn into it
  const free = (el) => {
    held.delete(el);
    delete el.value;
    if (el._value !== undefined && said(el) !== el.value) el.value = said(el);
  };
  const hold = (el) => {
    if (!held.has(el)) {
      const value = real(el);
      const set = (text) => {
        const { given, before } = held.get(el);
        if (given && String(text) !== before) { held.delete(el); delete el.value; el.value = text }
      };
      Object.defineProperty(el, 'value', { configurable: true, get: () => value.get.call(el), set });
    }
    held.set(el, { given: 0, before: said(el) });
  };
  const typed = (el) => (el instanceof HTMLTextAreaElement || (el instanceof HTMLInputElement && KINDS.includes(el.type))) && !el.readOnly;
  window.addEventListener('input', (e) => { if (typed(e.target)) hold(e.target) }, true);
  window.addEventListener('change', (e) => { if (held.has(e.target)) held.set(e.target, { given: Date.now(), before: said(e.target) }) }, true);
  window.addEventListener('blur', (e) => {
    // A change is told before; without one, what stands there is what stood there.
    if (held.has(e.target) && !held.get(e.target).given) held.set(e.target, { given: Date.now(), before: said(e.target) });
  }, true);
  setInterval(() => {
    for (const [el, { given, before }] of held)
      if (!el.isConnected || (given && (said(el) !== before || Date.now() - given > PATIENCE))) free(el);
  }, 200);
})();
// Weeks go by in the browser. The server sends some ahead (of each the picture and a row of words), and is told which week
// stands on the page before anything that is pressed reaches it.
(function () {
  const AHEAD = 13, SLACK = 200; // weeks in hand before more are asked for; milliseconds of delay that are made good
  const clock = { week: 0, weeks: 0, number: -1, playing: false, speed: 4, often: false, stops: [], player: null };
  let turn = -1, told = 0, when = 0, asked = '', askedAt = 0, timer = 0, due = 0, waiting = false;
  let kept = { number: -1, frames: {}, rows: {} };
  window.colsim.clock = clock;
  const say = () => document.dispatchEvent(new Event('colsim-week'));
  const there = (week) => kept.number === clock.number && kept.frames[week] !== undefined && kept.rows[week] !== undefined;
  clock.keep = (number, what, week, value) => {
    if (kept.number !== number) kept = { number, frames: {}, rows: {} };
    kept[what][week] = value;
  };
  clock.kept = (what) => (kept.number === clock.number ? kept[what][clock.week] : undefined);
  clock.filled = () => { say(); if (waiting) { clearTimeout(timer); next() } };
  // What the server decides; between two turns the browser does.
  clock.set = (now) => {
    if (now.turn === turn) return;
    turn = now.turn;
    clock.keep(now.number, 'rows', now.week, now.row);
    Object.assign(clock, { week: now.week, number: now.number, playing: now.playing });
    told = clock.week;
    say();
    go();
  };
  clock.tell = () => {
    if (!clock.player || told === clock.week) return;
    told = clock.week; when = Date.now();
    clock.player.arrive({ week: clock.week, number: clock.number });
  };
  clock.play = (playing) => {
    clock.playing = playing;
    told = clock.week;
    if (clock.player) clock.player.play({ playing, week: clock.week, number: clock.number });
    say();
    go();
  };
  const go = () => { clearTimeout(timer); waiting = false; due = performance.now(); if (clock.playing) later() };
  const later = () => {
    due = Math.max(due + 1000 / clock.speed, performance.now() - SLACK);
    clearTimeout(timer);
    timer = setTimeout(next, Math.max(0, due - performance.now()));
  };
  const ask = () => {
    let last = clock.week;
    while (last < clock.week + AHEAD && there(last + 1)) last += 1;
    const wanted = clock.number + ':' + (last + 1);
    if (last >= clock.weeks || last >= clock.week + AHEAD || (asked === wanted && Date.now() - askedAt < 5000)) return;
    asked = wanted; askedAt = Date.now(); told = clock.week;
    clock.player.fetch({ week: clock.week, number: clock.number, first: last + 1 });
  };
  const next = () => {
    waiting = false;
    if (!clock.playing || !clock.player) return;
    if (clock.week >= clock.weeks) { clock.play(false); return }
    waiting = !there(clock.week + 1);
    if (waiting) timer = setTimeout(next, 1000);
    else { clock.week += 1; say(); later() }
    ask();
    if (clock.stops.includes(clock.week) || (clock.often && Date.now() - when > 1000)) clock.tell();
  };
  for (const kind of ['click', 'change', 'submit', 'keydown', 'popstate', 'pagehide'])
    window.addEventListener(kind, (e) => { if (kind !== 'keydown' || e.key === 'Enter' || e.key === ' ') clock.tell() }, true);
})();
