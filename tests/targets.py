"""What can be pressed on a page, measured: WCAG 2.2, 2.5.8 (AA) wants 24 by 24 pixels."""

from __future__ import annotations

from typing import Any

_SMALL = """() => {
  const LEAST = 24, found = [];
  const joined = (...boxes) => {
    const left = Math.min(...boxes.map(b => b.left)), top = Math.min(...boxes.map(b => b.top));
    return {width: Math.max(...boxes.map(b => b.right)) - left, height: Math.max(...boxes.map(b => b.bottom)) - top};
  };
  const inSentence = one => {
    if (one.tagName !== "A" || getComputedStyle(one).display !== "inline") return false;
    const beside = [...one.parentNode.childNodes].filter(node => node !== one && node.nodeType === Node.TEXT_NODE);
    return beside.some(node => node.data.trim().length > 3);
  };
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex]")) {
    if (!one.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) || one.disabled) continue;
    const own = one.getBoundingClientRect();
    if (!own.width && !own.height || inSentence(one)) continue;
    const label = one.matches("[type=checkbox], [type=radio]") && one.labels && one.labels[0];
    const box = label ? joined(own, label.getBoundingClientRect()) : own;
    if (box.width < LEAST - 0.01 || box.height < LEAST - 0.01)
      found.push(`${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`);
  }
  return found;
}"""
"""A tick or a choice is pressed by its label too; a link within a sentence is as high as its line (the criterion's own exception)."""


def small(page: Any) -> list[str]:
    """What is smaller, with its size. At least one thing must be there to be measured."""
    found: list[str] = page.evaluate(_SMALL)
    return found


def opened(page: Any) -> None:
    """Everything that is folded away is open."""
    page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
