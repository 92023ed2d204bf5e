() => { // of every text of an SVG the contrast to what lies below its middle: [ratio, text], the least first
  const light = (c) => c.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0.05);
  const colour = (of) => (of.match(/rgba?\(([^)]+)\)/) || [0, "0 0 0 0"])[1].split(/[ ,/]+/).map(Number);
  const over = (top, below) => below.map((v, at) => top[at] * top[3] + v * (1 - top[3]));
  const filled = (element) => {
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement && element.tagName !== "svg";
    const [r, g, b, a = 1] = colour(drawn ? style.fill : style.backgroundColor);
    return [r, g, b, a * style.opacity * (drawn ? style.fillOpacity : 1)];
  };
  const found = [];
  for (const text of document.querySelectorAll("svg text")) {
    text.scrollIntoView({ block: "center", inline: "center" });
    const box = text.getBoundingClientRect();
    const below = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2)
      .filter((each) => !/^(text|tspan|g|title)$/.test(each.tagName))
      .reverse().reduce((under, each) => over(filled(each), under), [255, 255, 255]);
    const [one, other] = [light(over(filled(text), below)), light(below)];
    found.push([Math.max(one, other) / Math.min(one, other), text.textContent]);
  }
  return found.sort((a, b) => a[0] - b[0]);
}
