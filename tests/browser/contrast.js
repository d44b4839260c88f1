() => {
  // Texts whose contrast with what lies behind them is below WCAG AA (4.5, large ones 3).
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m }
  const over = (a, b) => a.slice(0, 3).map((x, k) => x * a[3] + b[k] * (1 - a[3]))
  const light = c => { const [r, g, b] = c.map(x => (x /= 255) <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b }
  const behind = e => { const stack = []; for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); stack.push(c); if (c[3] === 1) break }
    return stack.reverse().reduce((under, c) => over(c, under), [255, 255, 255]) }
  const found = []
  for (const e of document.querySelectorAll('.app *')) {
    if (e.closest('[disabled], .hidden, canvas, svg, option, .stale') || !e.checkVisibility()) continue
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue
    const style = getComputedStyle(e), back = behind(e), ink = over(parse(style.color), back)
    const [a, b] = [light(ink), light(back)].sort((x, y) => y - x)
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.6 && style.fontWeight >= 600)
    const ratio = (a + .05) / (b + .05)
    if (ratio < (large ? 3 : 4.5)) found.push(e.className + ' "' + e.textContent.trim().slice(0, 30) + '" ' + ratio.toFixed(2))
  }
  return found
}
