// What was packed, unpacked: columns, who moves and when, steps at places. See moves.py, busy.py, packing.py.

const GONE = 0, WALKING = 1, LOOKING = 2, QUEUEING = 3, TALKING = 4, SESSION = 5, MEETING = 6, EATING = 7, WAITING = 8;
const LEGEND = [WALKING, LOOKING, QUEUEING, TALKING, SESSION, MEETING, EATING, WAITING];

async function unpack(packed) {
  const text = atob(packed.data);
  const squeezed = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const stream = new Blob([squeezed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const columns = {};
  let at = 0;
  for (const [name, length, width] of packed.columns) {
    if (width === 0) {
      columns[name] = new TextDecoder().decode(bytes.subarray(at, at + length));
      at += length;
      continue;
    }
    const numbers = new Uint32Array(length);
    for (let plane = 0; plane < width; plane++, at += length) {
      for (let i = 0; i < length; i++) numbers[i] += bytes[at + i] * 2 ** (8 * plane);
    }
    columns[name] = numbers;
  }
  return columns;
}

const signed = (n) => (n % 2 ? -(n + 1) / 2 : n / 2);

function indexOf(counts) {
  const index = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) index[i + 1] = index[i] + counts[i];
  return index;
}

// the last of times[from .. to) that is not after t; from - 1 if there is none
function lastAt(times, from, to, t) {
  let low = from - 1, high = to;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle; else high = middle;
  }
  return low;
}

function movesOf(columns) {
  const index = indexOf(columns["moves.changes"]), n = index.length - 1, total = index[n];
  const time = new Int32Array(total), state = Uint8Array.from(columns["moves.state"]);
  const from = new Int32Array(total), to = new Int32Array(total); // the place, twice; of a walk its ends
  const home = columns["moves.home"], size = columns["who.size"];
  const base = new Int32Array(total); // where the spots of a change begin
  let next = 0, spots = 0;
  for (let who = 0; who < n; who++) {
    let t = 0, place = 0, here = home[who];
    for (let i = index[who]; i < index[who + 1]; i++) {
      time[i] = t += columns["moves.time"][i];
      if (state[i] !== WALKING && state[i] !== GONE) {
        place += signed(columns["moves.place"][next++]);
        from[i] = to[i] = here = place;
        base[i] = spots;
        spots += size[who];
      } else {
        from[i] = to[i] = here;
      }
    }
    here = home[who];
    for (let i = index[who + 1] - 1; i >= index[who]; i--) {
      if (state[i] === WALKING) to[i] = here; else if (state[i] !== GONE) here = from[i];
    }
  }
  return { n, index, time, state, from, to, home, size, base, spots, staff: columns["who.staff"] };
}

function stepsOf(columns, name, grain) {
  const index = indexOf(columns[name + ".steps"]);
  const time = new Int32Array(index[index.length - 1]), level = new Int32Array(time.length);
  for (let place = 0; place + 1 < index.length; place++) {
    let t = 0, many = 0;
    for (let i = index[place]; i < index[place + 1]; i++) {
      time[i] = t += columns[name + ".time"][i];
      level[i] = many += signed(columns[name + ".level"][i]);
    }
  }
  const at = (place, t) => {
    const i = lastAt(time, index[place], index[place + 1], Math.floor(t / grain));
    return i < index[place] ? 0 : level[i];
  };
  return { at, n: index.length - 1 };
}

// how many of all people do what, minute by minute
function countsOf(columns, floor) {
  const minutes = floor.days.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const begins = [];
  floor.days.reduce((sum, [first, last]) => (begins.push(sum), sum + last - first + 1), 0);
  const row = new Map(floor.counted.map((state, i) => [state, i]));
  const at = (state, day, minute) => {
    const [first, last] = floor.days[day], i = row.get(state);
    return i === undefined || minute < first || minute > last ? 0 : columns.counts[i * minutes + begins[day] + minute - first];
  };
  return { at };
}
