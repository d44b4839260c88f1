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
