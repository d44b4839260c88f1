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
