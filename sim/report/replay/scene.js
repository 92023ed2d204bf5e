// One floor on its canvas: where everybody is at a moment, what is drawn, who is pointed at, what is counted.

class Scene {
  constructor(floor, columns, figure) {
    this.floor = floor;
    this.texts = JSON.parse(columns.texts);
    this.ground = groundOf(floor.ground);
    this.moves = movesOf(columns);
    this.spots = seat(this.moves, this.ground);
    this.counts = countsOf(columns, floor);
    this.steps = Object.fromEntries(["queue", "inside", "busy", "duty"].map((name) => [name, stepsOf(columns, name, floor.grain)]));
    this.who = { persona: columns["who.persona"], organisation: columns["who.organisation"] };
    this.now = Int32Array.from(this.moves.index.subarray(0, this.moves.n)); // the change that each is in
    const dots = this.moves.size.reduce((a, b) => a + b, 0);
    this.x = new Float32Array(dots);
    this.y = new Float32Array(dots);
    this.whose = new Int32Array(dots);
    this.does = new Uint8Array(dots);
    this.n = 0;
    this.t = -1;
    this.canvas = figure.querySelector(".er-canvas");
    this.pen = this.canvas.getContext("2d");
    this.people = figure.querySelector(".er-people");
    this.brush = this.people.getContext("2d", { willReadFrequently: true });
    this.under = document.createElement("canvas");
    this.warm = document.createElement("canvas");
    this.box = this.ground.all;
    this.hot = null;
  }

  // the change in which somebody is at t; onwards from the last, as most moments follow one another
  change(who, t) {
    const { index, time } = this.moves, end = index[who + 1];
    let i = this.now[who];
    if (time[i] > t) i = Math.max(index[who], lastAt(time, index[who], end, t));
    else for (let steps = 0; i + 1 < end && time[i + 1] <= t; i++) if (++steps > 8) return (this.now[who] = lastAt(time, i, end, t));
    return (this.now[who] = i);
  }

  spot(who, i, member, out) {
    const { from, state, base, home } = this.moves;
    if (i < this.moves.index[who] || state[i] <= WALKING) {
      const place = home[who];
      out[0] = this.ground.x[place] + (part(who * 0.618) - 0.5) * 12;
      out[1] = this.ground.y[place];
    } else {
      stand(this.ground, from[i], groupOf(this.ground, from[i], state[i]), this.spots[base[i] + member], out);
    }
  }

  at(who, i, member, t, out) {
    const { time, state, from, to } = this.moves;
    if (state[i] !== WALKING) return this.spot(who, i, member, out);
    this.spot(who, i - 1, member, out);
    const ax = out[0], ay = out[1];
    this.spot(who, i + 1, member, out);
    const late = Math.min(1, Math.max(0, (t - time[i] - member * 0.7) / Math.max(1, time[i + 1] - time[i])));
    walk(this.ground, from[i], to[i], ax, ay, out[0], out[1], late, who % 2 === 0, out);
  }

  place(t) {
    if (t === this.t) return;
    this.t = t;
    const { moves } = this, out = [0, 0];
    let n = 0;
    for (let who = 0; who < moves.n; who++) {
      if (moves.time[moves.index[who]] > t || moves.time[moves.index[who + 1] - 1] <= t) continue;
      const i = this.change(who, t);
      for (let member = 0; member < moves.size[who]; member++) {
        this.at(who, i, member, t, out);
        this.x[n] = out[0];
        this.y[n] = out[1];
        this.does[n] = moves.state[i];
        this.whose[n++] = who;
      }
    }
    this.n = n;
  }

  // ------------------------------------------------------------ what is drawn

  fit(width, height, ratio, style) {
    const [west, south, east, north] = this.box, margin = 10;
    const wide = east - west + 40, high = north - south + 90;
    this.turned = this.box === this.ground.all && high > 1.25 * wide && width > height;
    const [across, down] = this.turned ? [high, wide] : [wide, high];
    this.scale = Math.min((width - 2 * margin) / across, (height - 2 * margin) / down);
    this.height = Math.ceil(Math.min(height, down * this.scale + 2 * margin));
    this.left = (width - across * this.scale) / 2;
    this.top = (this.height - down * this.scale) / 2;
    this.ratio = ratio;
    this.aim();
    for (const each of [this.canvas, this.under, this.people]) {
      each.width = Math.round(width * ratio);
      each.height = Math.round(this.height * ratio);
    }
    this.canvas.style.height = this.people.style.height = `${this.height}px`;
    this.radius = Math.min(5.5, Math.max(2, this.scale * 4.4));
    this.colours(style);
    this.drawUnder();
  }

  // from decimetres to pixels: north is up; or on the right, where a plan is far higher than wide
  aim() {
    const [west, south, , north] = this.box, { scale, left, top } = this;
    this.map = this.turned
      ? [0, scale, left + (45 - south) * scale, scale, 0, top + (30 - west) * scale]
      : [scale, 0, left + (20 - west) * scale, 0, -scale, top + (north + 25) * scale];
  }

  px(x, y) {
    const [a, b, c, d, e, f] = this.map;
    return [a * x + b * y + c, d * x + e * y + f];
  }

  rect([west, south, east, north]) {
    const [a, b] = this.px(west, north), [c, d] = this.px(east, south);
    return [Math.min(a, c), Math.min(b, d), Math.abs(c - a), Math.abs(d - b)];
  }

  colours(style) {
    const of = (name) => style.getPropertyValue(`--${name}`).trim();
    this.ink = Object.fromEntries(["ink", "faint", "paper", "hall", "wall", "booth", "edge", "fill", "halo"].map((name) => [name, of(name)]));
    this.colour = [null, ...LEGEND.map((state) => of(`s${state}`))];
    const side = Math.ceil((this.radius + 1.5) * 2 * this.ratio);
    const dot = (colour, staff) => {
      const made = document.createElement("canvas"), pen = made.getContext("2d", { willReadFrequently: true });
      made.width = made.height = side;
      pen.fillStyle = colour;
      pen.strokeStyle = this.ink.halo;
      pen.lineWidth = Math.max(0.8, this.radius * 0.3) * this.ratio;
      const r = this.radius * this.ratio, m = side / 2;
      pen.beginPath();
      if (staff) pen.rect(m - r * 0.85, m - r * 0.85, r * 1.7, r * 1.7); else pen.arc(m, m, r, 0, 2 * Math.PI);
      if (this.radius > 2) pen.stroke();
      pen.fill();
      return new Uint32Array(pen.getImageData(0, 0, side, side).data.buffer);
    };
    this.side = side;
    this.dots = this.colour.map((colour) => (colour ? [dot(colour, false), dot(colour, true)] : null));
    this.image = this.brush.createImageData(this.people.width, this.people.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  drawUnder() {
    const pen = this.under.getContext("2d"), { ground, ink } = this;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.fillStyle = ink.paper;
    pen.fillRect(0, 0, this.under.width, this.under.height);
    pen.lineWidth = 1.2;
    for (const hall of ground.halls) {
      const box = this.rect(hall);
      pen.fillStyle = ink.hall;
      pen.strokeStyle = ink.wall;
      pen.fillRect(...box);
      pen.strokeRect(...box);
    }
    pen.lineWidth = 1;
    for (let place = 0; place < ground.places; place++) {
      const kind = ground.kind[place], [x, y] = this.px(ground.x[place], ground.y[place]);
      pen.strokeStyle = ink.edge;
      pen.fillStyle = ink.booth;
      if (kind === BOOTH) {
        const box = this.rect(ground.inner[place]);
        pen.fillRect(...box);
        if (this.scale > 0.12) pen.strokeRect(...box);
      } else if (kind === ROOM || kind === CATERING) {
        const box = this.rect(ground.boxes[place]);
        pen.setLineDash(kind === CATERING ? [4, 3] : []);
        if (kind === ROOM) pen.fillRect(...box);
        pen.strokeStyle = ink.wall;
        pen.strokeRect(...box);
        pen.setLineDash([]);
      } else if (kind === TABLE) {
        const half = Math.max(1.5, 4 * this.scale);
        pen.strokeStyle = ink.wall;
        pen.strokeRect(x - half, y - half, 2 * half, 2 * half);
      } else if (kind === GATE) {
        pen.fillStyle = ink.ink;
        const s = Math.max(5, 12 * this.scale);
        pen.beginPath();
        pen.moveTo(x - s, y + s * 0.8);
        pen.lineTo(x + s, y + s * 0.8);
        pen.lineTo(x, y - s * 0.8);
        pen.fill();
      }
    }
    ground.halls.forEach((hall, i) => { // gaps in the walls
      const [x, y] = this.px(...ground.doors[i]), wide = Math.max(4, 18 * this.scale);
      pen.fillStyle = ink.hall;
      pen.fillRect(x - wide, y - 2, 2 * wide, 4);
    });
    this.drawNames(pen);
  }

  drawNames(pen) {
    const { ground, ink } = this;
    const name = (text, x, y, size, colour, room) => {
      pen.font = `${size > 11 ? 600 : 400} ${size}px system-ui, sans-serif`;
      let said = text;
      while (said.length > 3 && pen.measureText(said).width > room) said = said.slice(0, said.endsWith("…") ? -2 : -1) + "…";
      if (said.length < Math.min(8, text.length)) return;
      pen.lineWidth = 3;
      pen.strokeStyle = ink.halo;
      pen.strokeText(said, x, y);
      pen.fillStyle = colour;
      pen.fillText(said, x, y);
    };
    pen.textBaseline = "bottom";
    pen.textAlign = "left";
    ground.halls.forEach((hall, i) => {
      const box = this.rect(hall);
      name(this.texts.halls[i], box[0] + 2, box[1] - 2, 13, ink.ink, Math.max(30, box[2]));
    });
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (let place = 0; place < ground.places; place++) {
      const kind = ground.kind[place], [x, y] = this.px(ground.x[place], ground.y[place]);
      const box = this.rect(ground.inner[place]);
      if (kind === BOOTH && box[2] > 52 && box[3] > 15) name(this.texts.places[place], x, box[1] + 2, 10, ink.faint, box[2] - 6);
      else if ((kind === ROOM || kind === CATERING) && box[2] > 34) name(this.texts.places[place], box[0] + box[2] / 2, box[1] + box[3] + (kind === ROOM ? 1 : -13), 10, ink.faint, box[2] - 2);
      else if (kind === GATE) {
        const beyond = x > this.canvas.width / this.ratio - 70, aside = Math.max(8, 16 * this.scale);
        pen.textAlign = beyond ? "right" : "left";
        name(this.texts.places[place], x + (beyond ? -aside : aside), y - 6, 11, ink.ink, 120);
        pen.textAlign = "center";
      }
    }
  }

  draw(t, heat) {
    this.place(t);
    const { pen, ground, ink, ratio } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(this.under, 0, 0);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = ink.fill;
    for (let place = 0; place < ground.places && ground.kind[place] === BOOTH; place++) {
      const duty = this.steps.duty.at(place, t), busy = this.steps.busy.at(place, t);
      if (!busy) continue;
      const [x, y, wide, high] = this.rect(ground.inner[place]), share = Math.min(1, busy / Math.max(duty, busy));
      pen.globalAlpha = 0.45 + 0.4 * share;
      pen.fillRect(x, y + high * (1 - share), wide, high * share);
    }
    pen.globalAlpha = 1;
    if (heat) this.drawHeat(t);
    this.people.style.opacity = heat ? 0.35 : 1;
    this.drawPeople();
  }

  // Dots are put as pixels, on a canvas of their own: of thousands that takes a tenth of the time of drawing them.
  drawPeople() {
    const { whose, does, dots, image, pixels, ratio, side } = this, { staff } = this.moves, [a, b, c, d, e, f] = this.map;
    const { width, height } = image, edge = side / 2;
    pixels.fill(0);
    for (let i = 0; i < this.n; i++) {
      const x = Math.round((a * this.x[i] + b * this.y[i] + c) * ratio - edge);
      const y = Math.round((d * this.x[i] + e * this.y[i] + f) * ratio - edge);
      if (x < 0 || y < 0 || x + side > width || y + side > height) continue;
      const dot = dots[does[i]][staff[whose[i]]];
      for (let row = 0, from = 0, to = y * width + x; row < side; row++, to += width - side) {
        for (let column = 0; column < side; column++, from++, to++) {
          if (dot[from] >>> 24 > 127 || pixels[to] === 0) pixels[to] = dot[from];
        }
      }
    }
    this.brush.putImageData(image, 0, 0);
  }

  // person-minutes of those who stood there in the last twenty minutes, on squares of some metres
  drawHeat(t) {
    const [west, south, east, north] = this.ground.all, cell = Math.max(20, Math.max(east - west, north - south) / 160);
    const wide = Math.ceil((east - west) / cell) + 1, high = Math.ceil((north - south) / cell) + 1, span = 1200;
    if (!this.hot || Math.abs(this.hot.t - t) >= 30 || this.hot.scale !== this.scale) {
      const grid = new Float32Array(wide * high), { moves } = this, out = [0, 0];
      for (let who = 0; who < moves.n; who++) {
        const begin = moves.index[who], end = moves.index[who + 1];
        if (moves.staff[who] || moves.time[begin] > t || moves.time[end - 1] <= t - span) continue;
        for (let i = Math.max(begin, lastAt(moves.time, begin, end, t)); i >= begin && (i + 1 >= end || moves.time[i + 1] > t - span); i--) {
          if (moves.state[i] <= WALKING) continue;
          this.spot(who, i, 0, out);
          const stood = Math.min(t, moves.time[i + 1]) - Math.max(t - span, moves.time[i]);
          const column = Math.floor((out[0] - west) / cell), row = Math.floor((north - out[1]) / cell);
          if (column >= 0 && row >= 0 && column < wide && row < high) grid[row * wide + column] += stood * moves.size[who];
        }
      }
      const soft = new Float32Array(grid.length);
      for (let row = 1; row + 1 < high; row++) for (let column = 1; column + 1 < wide; column++) {
        let sum = 0;
        for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += grid[(row + dy) * wide + column + dx] * (2 - Math.abs(dx)) * (2 - Math.abs(dy));
        soft[row * wide + column] = sum / 16;
      }
      const some = soft.filter((each) => each > 0).sort(), most = some.length ? some[Math.floor(some.length * 0.98)] : 1;
      this.warm.width = wide;
      this.warm.height = high;
      const brush = this.warm.getContext("2d"), image = brush.createImageData(wide, high);
      soft.forEach((each, i) => {
        const share = Math.min(1, each / most);
        image.data.set([240 - 27 * share, 205 - 140 * share, 66 - 66 * share, 230 * Math.sqrt(share)], 4 * i);
      });
      brush.putImageData(image, 0, 0);
      this.hot = { t, scale: this.scale };
    }
    const { pen } = this;
    pen.save();
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "high";
    const [x, y] = this.px(west, north);
    pen.beginPath(); // nobody stands between the halls
    for (const box of this.ground.halls) pen.rect(...this.rect(box));
    pen.clip();
    if (this.turned) {
      pen.transform(0, 1, -1, 0, x, y);
      pen.drawImage(this.warm, 0, 0, wide * cell * this.scale, high * cell * this.scale);
    } else pen.drawImage(this.warm, x, y, wide * cell * this.scale, high * cell * this.scale);
    pen.restore();
  }

  // ------------------------------------------------------------ what is told

  pointed(x, y) {
    let best = -1, near = Math.max(7, this.radius + 3) ** 2;
    for (let i = 0; i < this.n; i++) {
      const [px, py] = this.px(this.x[i], this.y[i]), far = (px - x) ** 2 + (py - y) ** 2;
      if (far < near) [near, best] = [far, i];
    }
    if (best >= 0) return this.person(this.whose[best]);
    for (let place = 0; place < this.ground.places; place++) {
      const half = this.ground.kind[place] === TABLE || this.ground.kind[place] === GATE ? 6 : 0;
      const [left, top, wide, high] = this.rect(this.ground.boxes[place]);
      if (x >= left - half && x <= left + wide + half && y >= top - half && y <= top + high + half) return this.told(place);
    }
    return null;
  }

  person(who) {
    const i = this.change(who, this.t), { moves } = this, staff = moves.staff[who], size = moves.size[who];
    const role = staff ? "staff, sent out" : `${this.texts.personas[this.who.persona[who]]}, ${size === 1 ? "alone" : `party of ${size}`}`;
    const doing = this.floor.states[moves.state[i]];
    const where = moves.state[i] === WALKING ? `to ${this.name(moves.to[i])}` : `at ${this.name(moves.from[i])}`;
    return [this.texts.organisations[this.who.organisation[who]], role, `${doing}, ${where}, since ${hour(moves.time[i])}`];
  }

  name(place) {
    return place < this.ground.places ? this.texts.places[place] : `the door of ${this.texts.halls[place - this.ground.places] ?? "a gate"}`;
  }

  told(place) {
    const at = (name) => this.steps[name].at(place, this.t), kind = this.ground.kind[place], lines = [this.texts.places[place]];
    if (kind === BOOTH) lines.push(`${at("busy")} of ${at("duty")} staff in talk or sent out`);
    if (kind === ROOM) lines.push(`${at("inside")} of ${this.ground.seats[place]} seats taken`);
    if (kind === CATERING) lines.push(`${at("inside")} of ${this.ground.seats[place]} seats taken`);
    if (kind === TABLE) lines.push(at("inside") ? "a meeting" : "free");
    const queue = at("queue");
    if (kind !== TABLE) lines.push(queue ? `${queue} queueing` : "no queue");
    return lines;
  }

  // whatever is true of the moment, as numbers: what the tests compare with the tables
  state(t) {
    const second = Math.floor(t), shown = {}, staff = {}, { moves } = this;
    for (let who = 0; who < moves.n; who++) {
      const i = lastAt(moves.time, moves.index[who], moves.index[who + 1], second);
      if (i < moves.index[who] || moves.state[i] === GONE) continue;
      const into = moves.staff[who] ? staff : shown, name = this.floor.states[moves.state[i]];
      into[name] = (into[name] ?? 0) + moves.size[who];
    }
    const day = this.day(second), all = {}, places = {};
    for (const state of LEGEND) {
      const many = this.counts.at(state, day, Math.floor(second / this.floor.minute));
      if (many) all[this.floor.states[state]] = many;
    }
    for (const [name, steps] of Object.entries(this.steps)) {
      places[name] = {};
      for (let place = 0; place < steps.n; place++) {
        const many = steps.at(place, second);
        if (many) places[name][place] = many;
      }
    }
    return { time: second, shown, staff, all, ...places };
  }

  day(t) {
    return Math.max(0, this.floor.days.findLastIndex(([first]) => first * this.floor.minute <= t));
  }
}

const hour = (t) => `${String(Math.floor(t / 3600) % 24).padStart(2, "0")}:${String(Math.floor(t / 60) % 60).padStart(2, "0")}`;
