// Where who stands: spots near a place, so that nobody stands on anybody else. In decimetres, as the floor is.

const BOOTH = 0, GATE = 1, ROOM = 2, TABLE = 3, CATERING = 4, DOOR = 5;
const RING = 0, LINE = 1, INSIDE = 2;
const AROUND = [1, 0, 0.5, -0.5, 0.75, -0.25, 0.25, -0.75]; // a table: who sits opposite comes second

function groundOf(given) {
  const ground = { ...given, places: given.kind.length };
  given.doors.forEach(([x, y], zone) => {
    ground.kind.push(DOOR);
    ground.x.push(x);
    ground.y.push(y);
    ground.zone.push(zone);
    ground.seats.push(0);
    ground.boxes.push([x, y, x, y]);
  });
  const xs = [], ys = [];
  for (const [west, south, east, north] of ground.halls.concat(ground.boxes)) {
    xs.push(west, east);
    ys.push(south, north);
  }
  const bounds = (list, pick) => list.reduce((a, b) => pick(a, b), list[0]);
  ground.all = [bounds(xs, Math.min), bounds(ys, Math.min), bounds(xs, Math.max), bounds(ys, Math.max)];
  ground.inner = ground.boxes.map((box, place) => {
    const [west, south, east, north] = box;
    const aisle = ground.kind[place] === BOOTH ? Math.min(12, 0.16 * Math.min(east - west, north - south)) : 0;
    return [west + aisle, south + aisle, east - aisle, north - aisle];
  });
  const halls = ground.halls;
  const middle = halls.length ? halls.reduce((sum, hall) => sum + hall[1] + hall[3], 0) / 2 / halls.length : 0;
  ground.away = ground.y.map((y, place) => {
    const hall = halls[ground.zone[place]];
    if (ground.kind[place] === DOOR && hall) return y * 2 < hall[1] + hall[3] ? -1 : 1;
    return ground.kind[place] === GATE ? (y <= middle ? -1 : 1) : -1;
  });
  return ground;
}

function groupOf(ground, place, state) {
  const kind = ground.kind[place];
  if (kind === TABLE) return INSIDE;
  if (kind === DOOR) return LINE;
  if (state === QUEUEING) return LINE;
  if (kind === GATE || state === LOOKING || state === WAITING) return RING;
  return INSIDE;
}

// Everybody takes the first spots that are free, in order of time: queues stand in the order of coming.
function seat(moves, ground) {
  const total = moves.time.length, spots = new Uint16Array(moves.spots);
  const keys = new Float64Array(total), owner = new Int32Array(total);
  let many = 0;
  for (let who = 0; who < moves.n; who++) {
    for (let i = moves.index[who]; i < moves.index[who + 1]; i++) {
      owner[i] = who;
      if (moves.state[i] > WALKING) keys[many++] = moves.time[i] * total + i; // whole below 2 ** 53
    }
  }
  const taken = new Map();
  for (const key of keys.subarray(0, many).sort()) {
    const i = key % total, start = moves.time[i], until = moves.time[i + 1];
    const group = moves.from[i] * 3 + groupOf(ground, moves.from[i], moves.state[i]);
    let used = taken.get(group);
    if (!used) taken.set(group, (used = []));
    for (let member = 0, spot = 0; member < moves.size[owner[i]]; member++, spot++) {
      while (spot < used.length && used[spot] > start) spot++;
      used[spot] = until;
      spots[moves.base[i] + member] = Math.min(spot, 65535);
    }
  }
  return spots;
}

const part = (x) => x - Math.floor(x);

// the spot of a number in a group at a place, into out[0], out[1]
function stand(ground, place, group, spot, out) {
  const kind = ground.kind[place], away = ground.away[place];
  const [west, south, east, north] = ground.boxes[place];
  if (kind === TABLE) {
    const far = 8 + 7 * Math.floor(spot / 8), turn = AROUND[spot % 8] * Math.PI;
    out[0] = ground.x[place] + far * Math.cos(turn);
    out[1] = ground.y[place] + far * Math.sin(turn);
  } else if (kind === GATE || kind === DOOR) {
    const wide = Math.max(10, 2 * ground.seats[place]), row = Math.floor(spot / wide) + (group === LINE ? 1.6 : 0.4);
    out[0] = ground.x[place] + ((spot % wide) - (wide - 1) / 2) * 8;
    out[1] = ground.y[place] + away * row * 8;
  } else if (group === LINE) {
    const wide = Math.max(2, Math.floor((east - west) / 7)), row = Math.floor(spot / wide);
    out[0] = west + ((spot % wide) + 0.5) * ((east - west) / wide);
    out[1] = south + 2 - row * 7;
  } else if (group === RING) {
    const around = 2 * (east - west + north - south), places = Math.max(4, Math.floor(around / 9));
    const out_ = Math.floor(spot / places) * 6 - 2;
    let along = part(spot * 0.6180339887 + place * 0.37) * around;
    const sides = [east - west, north - south, east - west, north - south];
    let side = 0;
    while (side < 3 && along > sides[side]) along -= sides[side++];
    if (side === 0) (out[0] = west + along), (out[1] = north + out_);
    else if (side === 1) (out[0] = east + out_), (out[1] = north - along);
    else if (side === 2) (out[0] = east - along), (out[1] = south - out_);
    else (out[0] = west - out_), (out[1] = south + along);
  } else if (kind === BOOTH) {
    const [w, s, e, n] = ground.inner[place]; // R2: points that keep apart (Roberts, 2018)
    out[0] = w + 3 + (e - w - 6) * part(0.5 + (spot + 1) * 0.7548776662);
    out[1] = s + 3 + (n - s - 6) * part(0.5 + (spot + 1) * 0.569840291);
  } else {
    const seats = Math.max(ground.seats[place], 4), ratio = (east - west) / Math.max(north - south, 1);
    const wide = Math.max(1, Math.ceil(Math.sqrt(seats * ratio))), deep = Math.ceil(seats / wide), chair = spot % (wide * deep);
    const between = part(Math.floor(spot / (wide * deep)) * 0.6180339887) - 0.5; // hosts have no seat: between two
    out[0] = west + ((chair % wide) + 1 + between) * ((east - west) / wide);
    out[1] = north - (Math.floor(chair / wide) + 0.5) * ((north - south) / deep);
  }
}

// a walk along two sides of a rectangle, and between halls by their doors; at a share of its length
function walk(ground, from, to, ax, ay, bx, by, share, turn, out) {
  const here = ground.zone[from], there = ground.zone[to];
  const path = [ax, ay];
  const corner = (x, y, first) => {
    const px = path[path.length - 2], py = path[path.length - 1];
    if (first) path.push(x, py, x, y); else path.push(px, y, x, y);
  };
  if (here !== there) {
    corner(...ground.doors[here], turn);
    corner(...ground.doors[there], !turn);
  }
  corner(bx, by, turn);
  let length = 0;
  for (let i = 2; i < path.length; i += 2) length += Math.abs(path[i] - path[i - 2]) + Math.abs(path[i + 1] - path[i - 1]);
  let left = share * length;
  for (let i = 2; i < path.length; i += 2) {
    const leg = Math.abs(path[i] - path[i - 2]) + Math.abs(path[i + 1] - path[i - 1]);
    if (left <= leg && leg > 0) {
      out[0] = path[i - 2] + ((path[i] - path[i - 2]) * left) / leg;
      out[1] = path[i - 1] + ((path[i + 1] - path[i - 1]) * left) / leg;
      return;
    }
    left -= leg;
  }
  out[0] = bx;
  out[1] = by;
}
