// One clock for all floors of a section: play, pause, speed, day, hour; gauges; keys.

const SPEEDS = [[30, "30 s a second"], [60, "1 min a second"], [120, "2 min a second"], [300, "5 min a second"], [600, "10 min a second"]];
const GAUGES_EVERY = 200; // ms
class Player {
  constructor(section, scenes) {
    this.section = section;
    this.scenes = scenes;
    const find = (name) => section.querySelector(`.er-${name}`);
    this.parts = Object.fromEntries(["play", "word", "clock", "day", "speed", "zoom", "heat", "flow", "scrub", "hours"].map((name) => [name, find(name)]));
    this.days = this.eachDay();
    this.playing = false;
    this.speed = 120;
    this.frames = 0;
    this.lastFrame = 0;
    this.lastGauges = 0;
    this.seen = true;
    this.started = false;
    this.fill();
    this.legends = scenes.map((scene, i) => this.legend(scene, section.querySelectorAll(".er-floor")[i]));
    this.enter(0);
    this.go(0, this.busiest(0));
    this.fit();
    this.listen();
  }

  eachDay() {
    const days = [];
    for (const { floor } of this.scenes) floor.days.forEach(([first, last], i) => {
      const [from, to] = [first * floor.minute, last * floor.minute];
      days[i] = days[i] ? [Math.min(days[i][0], from), Math.max(days[i][1], to)] : [from, to];
    });
    return days;
  }

  fill() {
    const { day, speed, zoom } = this.parts, [{ floor, texts, ground }] = this.scenes;
    const option = (select, value, text) => {
      const each = made("option", "", text);
      each.value = value;
      select.append(each);
    };
    const dates = (i) => new Set(this.scenes.flatMap((each) => each.floor.dates[i] ?? []));
    this.days.forEach((_, i) => option(day, i, [...dates(i)].join(" / ")));
    SPEEDS.forEach(([value, text]) => option(speed, value, text));
    speed.value = this.speed;
    option(zoom, -1, "all halls");
    texts.halls.forEach((name, i) => option(zoom, i, name));
    zoom.closest("label").hidden = ground.halls.length < 2 || this.scenes.some((each) => each.texts.halls.join("\n") !== texts.halls.join("\n"));
    day.closest("label").hidden = this.days.length < 2;
  }

  // ------------------------------------------------------------ the clock

  busiest(day) {
    const [scene] = this.scenes, [first, last] = scene.floor.days[day] ?? [0, 0];
    let best = first, most = -1;
    for (let minute = first; minute <= last; minute++) {
      const many = LEGEND.reduce((sum, state) => sum + scene.counts.at(state, day, minute), 0);
      if (many > most) [most, best] = [many, minute];
    }
    return best * scene.floor.minute;
  }

  enter(day) {
    this.day = day;
    this.parts.day.value = day;
    [this.parts.scrub.min, this.parts.scrub.max] = this.days[day];
  }

  go(day, t) {
    const [first, last] = this.days[day];
    if (day !== this.day) {
      this.enter(day);
      this.drawFlow();
    }
    this.t = Math.min(Math.max(t, first), last);
    this.parts.scrub.value = this.t;
    this.told = false;
    this.ask();
  }

  by(seconds) {
    const t = this.t + seconds, day = this.day, [first, last] = this.days[day];
    if (t > last && day + 1 < this.days.length) this.go(day + 1, this.days[day + 1][0]);
    else if (t < first && day > 0) this.go(day - 1, this.days[day - 1][1]);
    else this.go(day, t);
  }

  play(on) {
    const [, last] = this.days[this.days.length - 1];
    if (on && this.t >= last) this.go(0, this.days[0][0]);
    this.playing = on;
    this.told = false;
    this.started ||= on;
    this.parts.play.classList.toggle("er-on", on);
    this.parts.word.textContent = on ? "Pause" : "Play";
    this.lastFrame = 0;
    this.ask();
  }

  ask() {
    if (!this.asked) this.asked = requestAnimationFrame((now) => this.frame(now));
  }

  frame(now) {
    this.asked = 0;
    if (this.playing && this.seen) {
      if (this.lastFrame) {
        const last = this.t;
        this.by((Math.min(now - this.lastFrame, 200) / 1000) * this.speed);
        if (this.t === last) this.play(false);
      }
      this.lastFrame = now;
    } else this.lastFrame = 0;
    for (const scene of this.scenes) scene.draw(this.t, this.parts.heat.checked);
    this.frames++;
    this.parts.clock.textContent = hour(this.t);
    if (!this.told && (!this.playing || now - this.lastGauges > GAUGES_EVERY)) {
      this.lastGauges = now;
      this.told = true;
      const heard = this.playing ? this.t - (this.t % 3600) : this.t; // who listens is told each hour that begins
      this.parts.scrub.setAttribute("aria-valuetext", `${this.parts.day.selectedOptions[0]?.textContent ?? ""} ${hour(heard)}`);
      this.scenes.forEach((scene, i) => this.tell(scene, this.legends[i]));
      this.drawMark();
      this.point();
    }
    if (this.playing && this.seen) this.ask();
  }

  // ------------------------------------------------------------ what is read beside the floor

  legend(scene, figure) {
    const list = figure.querySelector(".er-legend"), gauges = figure.querySelector(".er-gauges"), style = getComputedStyle(this.section);
    const { floor } = scene, some = floor.shown < floor.people, number = (n) => n.toLocaleString("en");
    const caption = figure.querySelector("figcaption"), sample = figure.querySelector(".er-sample"), caught = some
      ? `A sample of ${number(floor.shown)} of ${number(floor.people)} people moves; counts, gauges and booths are of all.`
      : "";
    const say = () => {
      sample.textContent = floor.days[this.day] ? caught : "Not open on this day.";
      caption.hidden = !caption.textContent.trim();
    };
    const counts = LEGEND.filter((state) => floor.counted.includes(state)).map((state) => {
      const item = made("li"), swatch = made("span", "er-swatch"), many = made("b");
      swatch.style.background = `var(--s${state})`;
      item.append(swatch, made("span", "", floor.states[state]), many);
      list.append(item);
      return [state, many];
    });
    const block = (title) => {
      const part = made("div");
      part.append(made("div", "er-head", title));
      gauges.append(part);
      return part;
    };
    const row = (part, text, colour) => {
      const line = made("div", "er-row"), name = made("span", "", text), track = made("span", "er-track"), bar = made("i"), value = made("span", "er-value");
      name.dir = "auto";
      bar.style.background = colour;
      track.append(bar);
      track.setAttribute("aria-hidden", "true");
      line.append(name, track, value);
      part.append(line);
      return { line, name, bar, value };
    };
    const now = block("Now"), queues = block("Longest queues"), rooms = block("Rooms in use");
    const kinds = scene.ground.kind.slice(0, scene.ground.places), of = (kind) => kinds.flatMap((each, place) => (each === kind ? [place] : []));
    const places = { booths: of(BOOTH), tables: of(TABLE), rooms: of(ROOM), food: of(CATERING) };
    return {
      counts, places, say, rooms: [1, 2, 3, 4].map(() => row(rooms, "", "var(--s5)")), roomsPart: rooms,
      queues: [1, 2, 3, 4].map(() => row(queues, "", "var(--s3)")),
      people: row(now, "People there", "var(--ink)"),
      staff: row(now, "Staff busy or out", "var(--fill)"),
      tables: places.tables.length ? row(now, "Tables in use", "var(--s6)") : null,
      food: places.food.length ? row(now, "Catering seats", "var(--s7)") : null,
    };
  }

  tell(scene, parts) {
    const t = this.t, { steps, ground, floor } = scene, day = scene.day(t), minute = Math.floor(t / floor.minute);
    const show = (row, many, of, text) => {
      row.bar.style.width = `${of ? Math.min(100, (100 * many) / of) : 0}%`;
      row.value.textContent = text ?? `${many.toLocaleString("en")} of ${of.toLocaleString("en")}`;
    };
    parts.say();
    let there = 0;
    for (const [state, element] of parts.counts) {
      const many = scene.counts.at(state, day, minute);
      there += many;
      element.textContent = many.toLocaleString("en");
    }
    scene.peak ??= Math.max(1, ...floor.days.flatMap(([first, last], d) => {
      const all = [];
      for (let m = first; m <= last; m++) all.push(parts.counts.reduce((sum, [state]) => sum + scene.counts.at(state, d, m), 0));
      return all;
    }));
    show(parts.people, there, scene.peak, there.toLocaleString("en"));
    const sum = (name, places) => places.reduce((total, place) => total + steps[name].at(place, t), 0);
    show(parts.staff, sum("busy", parts.places.booths), sum("duty", parts.places.booths));
    if (parts.tables) show(parts.tables, parts.places.tables.filter((place) => steps.inside.at(place, t)).length, parts.places.tables.length);
    if (parts.food) show(parts.food, sum("inside", parts.places.food), parts.places.food.reduce((total, place) => total + ground.seats[place], 0));
    const longest = [];
    for (let place = 0; place < steps.queue.n; place++) {
      const many = steps.queue.at(place, t);
      if (many) longest.push([many, place]);
    }
    longest.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    const first = Math.max(longest.length ? longest[0][0] : 1, 10);
    parts.queues.forEach((row, i) => {
      const [many, place] = longest[i] ?? [0, -1];
      row.line.style.visibility = many || i === 0 ? "visible" : "hidden";
      row.name.title = row.name.textContent = many ? scene.name(place) : "nobody queues";
      show(row, many, first, many ? `${many.toLocaleString("en")} queueing` : "");
    });
    const used = parts.places.rooms.map((place) => [steps.inside.at(place, t), place]).filter(([many]) => many).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    parts.roomsPart.hidden = !parts.places.rooms.length;
    parts.rooms.forEach((row, i) => {
      const [many, place] = used[i] ?? [0, -1];
      row.line.style.visibility = many || i === 0 ? "visible" : "hidden";
      row.name.title = row.name.textContent = many ? scene.name(place) : "no session is on";
      show(row, many, many ? ground.seats[place] : 1, many ? undefined : "");
    });
  }

  // the day's flow above the slider: all people by what they do, of the first floor
  drawFlow() {
    const { flow, hours } = this.parts, ratio = devicePixelRatio || 1, [scene] = this.scenes, { floor } = scene;
    const wide = flow.clientWidth, high = flow.clientHeight, [from, to] = this.days[this.day];
    if (!wide) return;
    flow.width = Math.round(wide * ratio);
    flow.height = Math.round(high * ratio);
    const pen = flow.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const [first, last] = floor.days[this.day] ?? [0, -1], x = (minute) => ((minute * floor.minute - from) / (to - from)) * wide;
    const order = [QUEUEING, TALKING, MEETING, SESSION, EATING, WAITING, LOOKING, WALKING];
    let most = 1;
    const stacks = [];
    for (let minute = first; minute <= last; minute++) {
      let sum = 0;
      stacks.push(order.map((state) => (sum += scene.counts.at(state, this.day, minute))));
      most = Math.max(most, sum);
    }
    for (let layer = order.length - 1; layer >= 0; layer--) {
      pen.fillStyle = scene.colour[order[layer]];
      pen.beginPath();
      pen.moveTo(x(first), high);
      stacks.forEach((stack, i) => pen.lineTo(x(first + i), high - (stack[layer] / most) * (high - 4)));
      pen.lineTo(x(last), high);
      pen.fill();
    }
    this.flowImage ??= document.createElement("canvas");
    this.flowImage.width = flow.width;
    this.flowImage.height = flow.height;
    this.flowImage.getContext("2d").drawImage(flow, 0, 0);
    hours.replaceChildren();
    const every = Math.max(1, Math.ceil((to - from) / 3600 / Math.max(3, wide / 70)));
    for (let h = Math.ceil(from / 3600); h * 3600 <= to; h += every) {
      const label = made("span", "", hour(h * 3600));
      label.style.left = `${((h * 3600 - from) / (to - from)) * 100}%`;
      hours.append(label);
    }
  }

  drawMark() {
    const { flow } = this.parts, [from, to] = this.days[this.day];
    if (!this.flowImage) return;
    const pen = flow.getContext("2d"), ratio = devicePixelRatio || 1;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, flow.width, flow.height);
    pen.drawImage(this.flowImage, 0, 0);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = this.scenes[0].ink.ink;
    pen.fillRect(((this.t - from) / (to - from)) * (flow.width / ratio) - 1, 0, 2, flow.height / ratio);
  }

  // ------------------------------------------------------------ hands

  fit() {
    if (this.wide === 0) return; // a notebook has put the cell away: it is fitted once it is back
    const style = getComputedStyle(this.section), ratio = Math.min(devicePixelRatio || 1, 2), zoom = Number(this.parts.zoom.value);
    for (const scene of this.scenes) {
      const hall = scene.ground.halls[zoom];
      scene.box = hall ? [hall[0] - 20, hall[1] - 40, hall[2] + 20, hall[3] + 20] : scene.ground.all;
      const stage = scene.canvas.parentElement;
      scene.fit(Math.max(160, stage.clientWidth), Math.max(300, Math.min(innerHeight * 0.78, 760)), ratio, style);
    }
    this.drawFlow();
    this.told = false;
    this.ask();
  }

  point() {
    for (const scene of this.scenes) {
      const tip = scene.canvas.parentElement.querySelector(".er-tip"), lines = scene.pointer && scene.pointed(...scene.pointer);
      tip.hidden = !lines;
      if (!lines) continue;
      tip.replaceChildren(...lines.map((line) => {
        const each = made("div", "", line);
        each.dir = "auto";
        return each;
      }));
      const wide = scene.canvas.clientWidth, [x, y] = scene.pointer;
      tip.style.left = `${Math.max(0, Math.min(x + 14, wide - tip.offsetWidth - 2))}px`;
      tip.style.top = `${y + 16 + tip.offsetHeight > scene.height ? Math.max(0, y - tip.offsetHeight - 10) : y + 16}px`;
    }
  }

  key(event) {
    const jump = event.shiftKey ? 600 : 60;
    const does = {
      " ": () => this.play(!this.playing),
      ArrowLeft: () => this.by(-jump), ArrowDown: () => this.by(-jump),
      ArrowRight: () => this.by(jump), ArrowUp: () => this.by(jump),
      Home: () => this.go(this.day, this.days[this.day][0]),
      End: () => this.go(this.day, this.days[this.day][1]),
    }[event.key];
    if (!does || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // in a notebook keys mean other things
    does();
  }

  listen() {
    const { play, day, speed, zoom, heat, scrub } = this.parts;
    play.addEventListener("click", () => this.play(!this.playing));
    day.addEventListener("change", () => {
      const [from] = this.days[this.day], next = Number(day.value);
      this.go(next, this.days[next][0] + this.t - from);
    });
    speed.addEventListener("change", () => (this.speed = Number(speed.value)));
    zoom.addEventListener("change", () => this.fit());
    heat.addEventListener("change", () => this.ask());
    scrub.addEventListener("input", () => this.go(this.day, Number(scrub.value)));
    scrub.addEventListener("keydown", (event) => this.key(event));
    for (const scene of this.scenes) {
      const { canvas } = scene;
      canvas.addEventListener("keydown", (event) => this.key(event));
      const move = (event) => {
        scene.pointer = [event.offsetX, event.offsetY];
        if (!this.playing) this.point();
      };
      canvas.addEventListener("pointermove", move);
      canvas.addEventListener("pointerdown", move);
      canvas.addEventListener("pointerleave", (event) => {
        if (event.pointerType === "touch") return; // what a finger has pointed at stays, until it points elsewhere
        scene.pointer = null;
        this.point();
      });
    }
    new ResizeObserver(() => {
      const now = this.section.clientWidth;
      if (now !== this.wide) { this.wide = now; this.fit(); }
    }).observe(this.section);
    onTheme(this.section, () => this.fit());
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    new IntersectionObserver(([entry]) => {
      this.seen = entry.isIntersecting;
      if (this.seen && !this.started && !still.matches) this.play(true);
      else if (this.seen) this.ask();
    }, { threshold: 0.2 }).observe(this.scenes[0].canvas);
  }
}

function broken(section, said) {
  for (const each of section.querySelectorAll(":scope > :not(style, script)")) each.remove();
  section.append(made("p", "er-broken", said));
}

async function start(section, hook) {
  const { floors } = JSON.parse(section.querySelector(".er-data").textContent);
  if (typeof DecompressionStream === "undefined") return broken(section, "The replay needs a browser of 2023 or later.");
  build(section, floors);
  const figures = section.querySelectorAll(".er-floor");
  const scenes = await Promise.all(floors.map(async (floor, i) => new Scene(floor, await unpack(floor), figures[i])));
  const player = new Player(section, scenes);
  hook.player = player;
  hook.state = (t, which = 0) => scenes[which].state(t ?? player.t);
  section.dataset.ready = "yes";
}

window.exposimReplays ??= [];
for (const section of document.querySelectorAll(".exposim-replay:not([data-ready])")) {
  section.dataset.ready = "soon";
  themed(section);
  const hook = {};
  hook.ready = start(section, hook).catch((fault) => {
    section.dataset.ready = "no";
    broken(section, `The replay cannot be shown: ${fault.message}`);
    throw fault;
  });
  window.exposimReplays.push(hook);
}
