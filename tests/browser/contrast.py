"""The contrast of every text on a page with what is painted behind it (WCAG 2: 4.5 for small text)."""

from __future__ import annotations

LEAST = 4.5
# Colours may be written in any way that CSS knows; a canvas turns them into numbers.
_MEASURE = """([root, least]) => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const numbers = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map(k => top[k] * top[3] + under[k] * (1 - top[3])).concat(1);
  const light = colour => {
    const [r, g, b] = colour.map(value => value / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = node => {
    const layers = [];
    for (let one = node; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour[3]) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const faint = node => {
    for (let one = node; one; one = one.parentElement)
      if (one.matches(':disabled, [aria-disabled=true]') || getComputedStyle(one).visibility === 'hidden') return true;
    return false;
  };
  const found = new Map();
  for (const top of document.querySelectorAll(root)) {
    const walk = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.textContent.trim(), node = walk.currentNode.parentElement;
      if (!text || !node.getClientRects().length || node.closest('style, script') || faint(node)) continue;
      const paper = behind(node), style = getComputedStyle(node);
      const ink = over(numbers(node.closest('svg') ? style.fill : style.color), paper);
      const [more, less] = [light(ink), light(paper)].sort((a, b) => b - a);
      const ratio = (more + 0.05) / (less + 0.05);
      if (ratio < least) found.set(`${node.tagName}.${node.getAttribute('class') || ''}`, `${ratio.toFixed(2)} ${text.slice(0, 40)}`);
    }
  }
  return [...found].map(pair => pair.join(': '));
}"""  # noqa: E501


def too_faint(page, root: str, least: float = LEAST) -> list[str]:
    """Element, contrast and text of what is fainter than `least` under the selector `root`; disabled texts may be."""
    return page.evaluate(_MEASURE, [root, least])
