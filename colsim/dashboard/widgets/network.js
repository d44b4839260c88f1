// The network of practitioners on a canvas. Posts, teams and localities come once ("scene");
// states come as bytes (see colsim/dashboard/picture.py), those of the week that the server shows
// ("frame") and of weeks that the browser then plays by itself ("ahead", see custom.js). Positions
// are fixed by team; what changes is eased over a fraction of a second.

const ROLES = ["Children's social worker", "Mental health social worker", "Boundary spanner"];
const NONE = 255;
const EASE = 220; // milliseconds at most; less where weeks follow fast
const SLOW = 60; // milliseconds between two pictures, from which on nothing is eased

// What bytes hold, one week after the other: [week, run, view] of each.
function weeks(view) {
  const found = [];
  for (let at = 0; view && at + 12 <= view.byteLength; ) {
    const b = new DataView(view.buffer, view.byteOffset + at, view.byteLength - at);
    const size = 12 + 8 * b.getUint16(4, true) + 2 * b.getUint16(6, true) + 8 * b.getUint16(8, true);
    found.push([b.getInt32(0, true), b.getUint16(10, true), new DataView(view.buffer, view.byteOffset + at, size)]);
    at += size;
  }
  return found;
}

function read(view) {
  const b = new DataView(view.buffer, view.byteOffset, view.byteLength);
  const week = b.getInt32(0, true);
  const [nodes, teams, ties] = [4, 6, 8].map((at) => b.getUint16(at, true));
  const frame = { week, nodes: [], teams: [], ties: [] };
  let at = 12;
  for (let k = 0; k < nodes; k++, at += 8) {
    frame.nodes.push({
      filled: b.getUint8(at) === 1,
      story: b.getInt8(at + 1) / 100,
      pressure: b.getUint8(at + 2) / 100,
      wellbeing: b.getUint8(at + 3) / 100,
      tenure: b.getUint16(at + 4, true),
      succession: b.getUint16(at + 6, true),
    });
  }
  for (let k = 0; k < teams; k++, at += 2) {
    frame.teams.push({ story: b.getInt8(at) / 100, days: b.getUint8(at + 1) / 10 });
  }
  for (let k = 0; k < ties; k++, at += 8) {
    const trusts = [b.getUint8(at + 5), b.getUint8(at + 6)].filter((t) => t !== NONE);
    frame.ties.push({
      one: b.getUint16(at, true),
      other: b.getUint16(at + 2, true),
      familiarity: b.getUint8(at + 4) / 100,
      trust: trusts.reduce((sum, t) => sum + t / 100, 0) / Math.max(1, trusts.length),
      now: b.getUint8(at + 7) === 1,
    });
  }
  return frame;
}

// Where everybody sits, for a width: localities side by side, in each the children's office left
// and adult mental health right, as near as they share the office; spanners in the middle.
function arrange(scene, width, days) {
  const columns = width >= 560 && scene.places > 1 ? 2 : 1;
  const wide = columns === 2 || width >= 560;
  const between = wide ? 16 : 10;
  const cell = (width - between * (columns - 1)) / columns;
  const pad = wide ? 7 : 6;
  const gap = wide ? 8 : 6;
  const label = 22;
  const office = Math.round(cell * (wide ? 0.6 : 0.58));
  // Two teams of four columns side by side fill an office.
  const step = Math.max(10, Math.min(20, ((office - 2 * pad - gap) / 2 - 2 * pad) / 4));
  const boxes = new Array(scene.teams.length);
  const spots = new Array(scene.posts.length);
  const members = scene.teams.map(() => []);
  const spanners = [];
  scene.posts.forEach((post, k) => (post.team < 0 ? spanners : members[post.team]).push(k));
  const size = (team, room) => {
    const n = Math.max(1, members[team].length);
    const most = Math.max(1, Math.floor((room - 2 * pad) / step));
    const across = Math.min(n, most, scene.teams[team].service === 0 ? 4 : Math.ceil(Math.sqrt(n)) + 1);
    return { across, w: across * step + 2 * pad, h: Math.ceil(n / across) * step + 2 * pad };
  };
  const seat = (team, x, y, { across, w, h }) => {
    boxes[team] = { x, y, w, h };
    members[team].forEach((post, k) => {
      spots[post] = { x: x + pad + step * ((k % across) + 0.5), y: y + pad + step * (Math.floor(k / across) + 0.5) };
    });
  };
  // Pack teams in rows from (x, y) on; return the height used.
  const pack = (teams, x, y, room, shift) => {
    let [cx, cy, tall] = [x, y, 0];
    for (const team of teams) {
      const s = size(team, room);
      if (cx > x && cx + s.w > x + room + 1) [cx, cy, tall] = [x, cy + tall + gap, 0];
      seat(team, cx - shift(team), cy, s);
      cx += s.w + gap;
      tall = Math.max(tall, s.h);
    }
    return cy + tall - y;
  };
  const offices = [];
  const rows = Math.ceil(scene.places / columns);
  const middle = Math.ceil(rows / 2);
  const bandHeight = spanners.length ? label + step + 14 : 0;
  let band = null;
  let y = 2;
  for (let row = 0; row < rows; row++) {
    if (row === middle || (rows === 1 && row === 0)) y = seatSpanners(y);
    let tallest = 0;
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column;
      if (place >= scene.places) break;
      const x = column * (cell + between);
      const of = (service) =>
        scene.teams.map((_, k) => k).filter((k) => scene.teams[k].service === service && scene.teams[k].place === place);
      const amh = of(1);
      const widest = Math.max(0, ...amh.map((k) => size(k, cell - office - 24).w));
      const right = x + cell - widest - 2;
      const free = Math.max(0, right - (x + office) - 8);
      const inner = pack(of(0), x + pad, y + label, office - 2 * pad, () => 0);
      const outer = pack(amh, right, y + label, widest, (team) => free * Math.min(1, (days[team] || 0) / 5));
      const h = Math.max(inner + label + pad, outer + label + pad);
      offices.push({ x, y, w: office, h, place, right: x + office, end: x + cell });
      tallest = Math.max(tallest, h);
    }
    offices.slice(-columns).forEach((o) => { if (o.y === y) o.h = tallest; });
    y += tallest + between;
  }
  if (!band && spanners.length) y = seatSpanners(y);
  function seatSpanners(top) {
    if (!spanners.length || band) return top;
    const room = Math.min(width - 8, spanners.length * (step + 10));
    band = { y: top, h: bandHeight };
    spanners.forEach((post, k) => {
      spots[post] = { x: width / 2 - room / 2 + (room / spanners.length) * (k + 0.5), y: top + label + step / 2 };
    });
    return top + bandHeight + 8;
  }
  return { boxes, spots, offices, band, height: Math.ceil(y - between + 4), step, wide };
}

function colours(el) {
  const style = getComputedStyle(el);
  const get = (name) => style.getPropertyValue(name).trim();
  return {
    ink: get("--ink"), soft: get("--soft"), rule: get("--rule"), card: get("--card"),
    site: get("--site"), roles: [get("--csw"), get("--mhsw"), get("--spanner")],
    bad: get("--bad").split(" ").map(Number), even: get("--even").split(" ").map(Number),
    good: get("--good").split(" ").map(Number), focus: get("--focus"), font: style.fontFamily,
  };
}

// A diverging scale: -1 bad, 0 neither, 1 good.
function mix(c, value, alpha) {
  const v = Math.max(-1, Math.min(1, value));
  const end = v < 0 ? c.bad : c.good;
  const rgb = c.even.map((x, k) => Math.round(x + (end[k] - x) * Math.abs(v)));
  return `rgba(${rgb.join(",")},${alpha})`;
}
const ofStory = (story) => story / 0.6;
const ofTrust = (trust) => (trust - 0.5) / 0.3;

function rounded(g, x, y, w, h, r) {
  g.beginPath();
  g.roundRect(x, y, w, h, r);
}

function shape(g, service, x, y, r) {
  g.beginPath();
  if (service === 0) g.arc(x, y, r, 0, 2 * Math.PI);
  else if (service === 1) g.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r);
  else {
    g.moveTo(x, y - 1.3 * r);
    g.lineTo(x + 1.3 * r, y);
    g.lineTo(x, y + 1.3 * r);
    g.lineTo(x - 1.3 * r, y);
    g.closePath();
  }
}

function years(weeks) {
  if (weeks < 52) return `${weeks} week${weeks === 1 ? "" : "s"}`;
  const n = Math.floor(weeks / 52);
  return `${n} year${n === 1 ? "" : "s"}`;
}

const storyWords = (s) =>
  s < -0.35 ? "bad" : s < -0.1 ? "rather bad" : s <= 0.1 ? "mixed" : s <= 0.35 ? "rather good" : "good";

function render({ model, el }) {
  el.classList.add("network");
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute(
    "aria-label",
    "Network of practitioners. Arrow keys go from person to person, Enter selects, Escape clears. " +
      "The same is reachable through the list of people beside the picture.",
  );
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("aria-live", "polite");
  el.append(canvas, tip);
  const g = canvas.getContext("2d");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let scene = null, plan = null, frame = null, c = null;
  let before = null, started = 0, easing = EASE, pending = 0, hovered = -1, last = 0, pace = 0, view = null;
  const clock = window.colsim.clock;
  let ties = new Map();

  const daysNow = () => frame.teams.map((t) => t.days);
  let daysDrawn = null;

  function layOut() {
    scene = model.get("scene");
    const width = Math.floor(el.clientWidth);
    if (!scene || !scene.posts || !frame || frame.nodes.length !== scene.posts.length || width < 50) return false;
    daysDrawn = daysNow();
    plan = arrange(scene, width, daysDrawn);
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(plan.height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(plan.height * ratio);
      canvas.style.height = `${plan.height}px`;
    }
    c = colours(el);
    return true;
  }

  function ease() {
    const done = still.matches || easing < 40 ? 1 : Math.min(1, (performance.now() - started) / easing);
    return 1 - (1 - done) * (1 - done);
  }

  function curve(a, b) {
    const bend = 0.12 * (b.x - a.x);
    return [a.x + bend + (b.x - a.x) * 0.25, a.y, b.x - bend - (b.x - a.x) * 0.25, b.y];
  }

  function draw() {
    pending = 0;
    if (!frame || (!plan && !layOut())) return;
    const ratio = window.devicePixelRatio || 1;
    const at = ease();
    // A machine that draws slowly, such as one with many tabs, draws each week once.
    const now = performance.now();
    if (last > started) pace += 0.3 * (now - last - pace);
    last = now;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, canvas.width, canvas.height);
    g.font = `${plan.wide ? 12 : 11}px ${c.font}`;
    g.textBaseline = "middle";
    for (const o of plan.offices) {
      rounded(g, o.x, o.y, o.w, o.h, 10);
      g.fillStyle = c.site;
      g.fill();
      g.fillStyle = c.soft;
      g.fillText(cut(g, o.w > 190 ? `${scene.names[o.place]}, children's office` : scene.names[o.place], o.w - 14), o.x + 9, o.y + 12);
      const theirs = o.end - o.right > 118 ? "Adult mental health" : "AMH";
      g.fillText(theirs, o.end - g.measureText(theirs).width - 4, o.y + 12);
    }
    if (plan.band) {
      g.fillStyle = c.soft;
      const text = "Bridging team";
      g.fillText(text, (canvas.width / ratio - g.measureText(text).width) / 2, plan.band.y + 10);
    }
    plan.boxes.forEach((box, k) => {
      const was = before ? before.teams[k].story : frame.teams[k].story;
      const story = was + (frame.teams[k].story - was) * at;
      rounded(g, box.x, box.y, box.w, box.h, 8);
      g.fillStyle = mix(c, ofStory(story), 0.55);
      g.fill();
      if (frame.teams[k].days > 0) {
        g.strokeStyle = c.focus;
        g.lineWidth = 1.5;
        g.stroke();
      }
    });
    drawTies(at);
    drawPeople();
    if (at < 1) again();
  }

  function drawTies(at) {
    const chosen = model.get("selected");
    const order = frame.ties;
    // The more ties there are, the lighter each is drawn, so that people stay visible.
    const light = chosen >= 0 ? 1 : Math.max(0.3, Math.min(1, 110 / Math.max(1, order.length)));
    // Ties that look alike are one path: many strokes cost far more than many curves.
    const alike = new Map();
    const moving = [];
    for (const tie of order) {
      const a = plan.spots[tie.one], b = plan.spots[tie.other];
      if (!a || !b) continue;
      const was = ties.get(tie.one * 65536 + tie.other);
      const familiarity = was === undefined ? tie.familiarity * at : was + (tie.familiarity - was) * at;
      const mine = chosen < 0 || tie.one === chosen || tie.other === chosen;
      const width = Math.round(familiarity * 8);
      const tone = Math.round(4 * Math.max(-1, Math.min(1, ofTrust(tie.trust))));
      const key = (mine ? 1000 : 0) + width * 20 + tone + 4;
      let path = alike.get(key);
      if (!path) alike.set(key, (path = { curves: new Path2D(), width: width / 8, tone: tone / 4, mine }));
      const [x1, y1, x2, y2] = curve(a, b);
      path.curves.moveTo(a.x, a.y);
      path.curves.bezierCurveTo(x1, y1, x2, y2, b.x, b.y);
      if (tie.now && mine) moving.push([a, b, x1, y1, x2, y2]);
    }
    for (const key of [...alike.keys()].sort((p, q) => p - q)) {
      const { curves, width, tone, mine } = alike.get(key);
      g.lineWidth = 0.5 + 5 * width * (0.4 + 0.6 * light);
      g.strokeStyle = mix(c, tone, mine ? (0.3 + 0.65 * width) * light : 0.05);
      g.stroke(curves);
    }
    // This week's contacts travel along their ties.
    const t = still.matches || easing < 40 ? 0.5 : at, u = 1 - t;
    g.fillStyle = c.ink;
    for (const [a, b, x1, y1, x2, y2] of moving) {
      g.beginPath();
      g.arc(
        u * u * u * a.x + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * b.x,
        u * u * u * a.y + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t * t * t * b.y,
        plan.wide ? 3 : 2.4, 0, 2 * Math.PI,
      );
      g.fill();
    }
  }

  function drawPeople() {
    const chosen = model.get("selected");
    const r = plan.step * 0.34;
    scene.posts.forEach((post, k) => {
      const { x, y } = plan.spots[k];
      shape(g, post.service, x, y, r);
      if (frame.nodes[k].filled) {
        g.fillStyle = c.roles[post.service];
        g.fill();
        g.strokeStyle = c.card;
        g.lineWidth = 1;
        g.stroke();
      } else {
        g.strokeStyle = c.soft;
        g.setLineDash([2, 2]);
        g.lineWidth = 1;
        g.stroke();
        g.setLineDash([]);
      }
      if (k === chosen || k === hovered) {
        g.beginPath();
        g.arc(x, y, r + 4, 0, 2 * Math.PI);
        g.strokeStyle = k === chosen ? c.focus : c.ink;
        g.lineWidth = 2;
        g.stroke();
      }
    });
  }

  function again() {
    if (!pending) pending = requestAnimationFrame(draw);
  }

  function cut(g, text, most) {
    while (text.length > 4 && g.measureText(text).width > most) text = text.replace(/.…?$/, "…");
    return text;
  }

  function say(k) {
    hovered = k;
    if (k < 0 || !plan) {
      tip.textContent = "";
      tip.style.display = "none";
      again();
      return;
    }
    const post = scene.posts[k], node = frame.nodes[k];
    const where = post.team < 0 ? "bridging team" : `team ${scene.teams[post.team].title}, ${scene.names[post.place].replace(/^Locality/, "locality")}`;
    const met = frame.ties.filter((t) => t.one === k || t.other === k).length;
    tip.textContent = node.filled
      ? `${ROLES[post.service]}, ${where}. In post ${years(node.tenure)}; ` +
        (post.service === 2 ? "" : `tells a ${storyWords(node.story)} story about the other service (${node.story.toFixed(2)}); `) +
        `${met} tie${met === 1 ? "" : "s"} shown.`
      : `Vacant post: ${ROLES[post.service].toLowerCase()}, ${where}.`;
    tip.style.display = "block";
    const spot = plan.spots[k];
    const room = el.clientWidth;
    const w = Math.min(270, room - 16);
    tip.style.width = `${w}px`;
    tip.style.left = `${Math.max(6, Math.min(room - w - 6, spot.x - w / 2))}px`;
    tip.style.top = `${spot.y + plan.step}px`;
    again();
  }

  function nearest(event) {
    if (!plan) return -1;
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    let best = -1, limit = event.pointerType === "mouse" ? 12 : 18;
    plan.spots.forEach((spot, k) => {
      const d = Math.hypot(spot.x - x, spot.y - y);
      if (d < limit) [best, limit] = [k, d];
    });
    return best;
  }

  function select(k) {
    model.set("selected", k);
    model.save_changes();
    again();
  }

  canvas.addEventListener("pointermove", (e) => {
    const k = nearest(e);
    canvas.style.cursor = k < 0 ? "default" : "pointer";
    if (k !== hovered) say(k);
  });
  canvas.addEventListener("pointerleave", () => say(-1));
  canvas.addEventListener("click", (e) => {
    const k = nearest(e);
    select(k === model.get("selected") ? -1 : k);
    say(k);
  });
  canvas.addEventListener("blur", () => say(-1));
  canvas.addEventListener("keydown", (e) => {
    if (!plan) return;
    const count = scene.posts.length;
    const now = hovered >= 0 ? hovered : model.get("selected");
    const team = (k) => scene.posts[k].team;
    let next = now;
    if (e.key === "ArrowRight") next = (now + 1) % count;
    else if (e.key === "ArrowLeft") next = (Math.max(now, 0) - 1 + count) % count;
    else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      const way = e.key === "ArrowDown" ? 1 : -1;
      next = Math.max(now, 0);
      for (let k = 0; k < count; k++) {
        next = (next + way + count) % count;
        if (team(next) !== team(Math.max(now, 0))) break;
      }
    } else if (e.key === "Enter" || e.key === " ") {
      if (now >= 0) select(now === model.get("selected") ? -1 : now);
      e.preventDefault();
      return;
    } else if (e.key === "Escape") {
      select(-1);
      say(-1);
      return;
    } else return;
    e.preventDefault();
    say(next);
  });

  function keep(name) {
    for (const [week, run, bytes] of weeks(model.get(name))) clock.keep(run, "frames", week, bytes);
    clock.filled();
  }
  function receive() {
    const kept = clock.kept("frames");
    if (!kept || kept === view) return;
    view = kept;
    const next = read(view);
    next.ties.sort((a, b) => a.familiarity - b.familiarity);
    const now = performance.now();
    easing = pace > SLOW ? 0 : Math.min(EASE, 0.8 * (now - started));
    pace *= 0.98; // so that it is tried again
    const same = frame && frame.nodes.length === next.nodes.length && frame.teams.length === next.teams.length;
    before = same ? frame : null;
    ties = new Map(same ? frame.ties.map((t) => [t.one * 65536 + t.other, t.familiarity]) : []);
    frame = next;
    started = now;
    const days = daysNow();
    if (!plan || !daysDrawn || days.some((d, k) => d !== daysDrawn[k])) plan = null;
    if (hovered >= 0 && same) say(hovered);
    again();
  }
  function rescene() {
    plan = null;
    hovered = -1;
    again();
  }
  function recolour() {
    c = colours(el);
    again();
  }

  model.on("change:frame", () => keep("frame"));
  model.on("change:ahead", () => keep("ahead"));
  document.addEventListener("colsim-week", receive);
  model.on("change:scene", rescene);
  model.on("change:selected", again);
  const resize = new ResizeObserver(rescene);
  resize.observe(el);
  const theme = new MutationObserver(recolour);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  keep("frame");
  keep("ahead");
  // For tests: what is drawn where.
  el.drawn = () => ({ week: frame && frame.week, ties: frame && frame.ties.length, spots: plan && plan.spots, height: plan && plan.height });
  return () => {
    document.removeEventListener("colsim-week", receive);
    resize.disconnect();
    theme.disconnect();
    if (pending) cancelAnimationFrame(pending);
  };
}

export default { render };
