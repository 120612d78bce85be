// The texts whose contrast to what lies behind them is below 4.5 (WCAG AA), as `ratio owner: text`.
() => {
  const channel = (value) => { const part = value / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const blend = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const owner = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !owner.checkVisibility() || owner.closest("svg, script, noscript, .unseen, .na, option")) continue;
    const grounds = [];
    for (let at = owner; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const back = light(blend(grounds));
    const fore = light(blend([...grounds, getComputedStyle(owner).color]));
    const ratio = (Math.max(back, fore) + 0.05) / (Math.min(back, fore) + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${owner.className || owner.tagName}: ${text.slice(0, 40)}`);
  }
  return faint;
}
