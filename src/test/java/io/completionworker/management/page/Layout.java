// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

/** Finds texts of a page that cannot be read where they stand. */
final class Layout {

  /**
   * Every text that is cut off, broken in the middle of a number, above another text, or outside of
   * its card or of the page; each with what is wrong. For people who see it: what is hidden from
   * sight and read out alone does not count.
   */
  static final String FAULTS =
      """
      const faults = [];
      const cards = ".card, .plot, .figures > div, header, footer, body";
      const unseen = (node) => node.closest(".skip, script, style, noscript") || !node.checkVisibility()
        || [...ancestors(node)].some((each) => getComputedStyle(each).clipPath !== "none");
      function* ancestors(node) {
        for (let each = node; each; each = each.parentElement) {
          yield each;
        }
      }
      const said = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (!text || unseen(node)) {
          continue;
        }
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
        const fault = (what) => faults.push(`${what}: "${text}" in ${node.tagName} of `
          + `${(node.closest("[id]") || document.body).id}`);
        const card = node.closest(cards).getBoundingClientRect();
        for (const rect of rects) {
          if (rect.left < -0.5 || rect.right > innerWidth + 0.5) {
            fault("outside of the page");
          }
          if (rect.left < card.left - 0.5 || rect.right > card.right + 0.5
              || rect.top < card.top - 0.5 || rect.bottom > card.bottom + 0.5) {
            fault("outside of its card");
          }
          for (const each of ancestors(node)) {
            const style = getComputedStyle(each);
            const box = each.getBoundingClientRect();
            if (style.textOverflow === "ellipsis") {
              fault("may have an ellipsis");
            }
            if (style.overflowX !== "visible" && each !== document.documentElement
                && (rect.left < box.left - 0.5 || rect.right > box.right + 0.5)) {
              fault("cut off");
            }
          }
        }
        for (const each of ancestors(node)) {
          if (each.clientWidth > 0 && each.scrollWidth > each.clientWidth && each !== document.body) {
            fault(`wider than its ${each.tagName}`);
          }
        }
        const lines = new Set(rects.map((rect) => Math.round(rect.top))).size;
        if (node.closest(".number, .value > span:first-child, .legend b, text")
            && lines > text.split(/[\\s-]+/).length) {
          fault("a number that is broken");
        }
        said.push(...rects.map((rect) => ({ text, node, rect })));
      }
      const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
      said.sort((a, b) => a.rect.top - b.rect.top);
      said.forEach((one, i) => {
        for (let j = i + 1; j < said.length && said[j].rect.top < one.rect.bottom; j++) {
          if (over(one.rect, said[j].rect)) {
            faults.push(`above another: "${one.text}" and "${said[j].text}"`);
          }
        }
      });
      if (document.documentElement.scrollWidth > innerWidth) {
        faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
      }
      return { texts: said.length, faults: [...new Set(faults)] };
      """;

  /** Every row of tiles that ends before its place does. */
  static final String GAPS =
      """
      const gaps = [];
      for (const id of ["figures", "plots", "tables"]) {
        const place = document.getElementById(id).getBoundingClientRect();
        const tiles = [...document.getElementById(id).children].filter((each) => each.checkVisibility());
        const rights = new Map();
        for (const tile of tiles) {
          const box = tile.getBoundingClientRect();
          const row = Math.round(box.top);
          rights.set(row, Math.max(rights.get(row) ?? 0, box.right));
        }
        for (const right of rights.values()) {
          if (Math.abs(place.right - right) > 1) {
            gaps.push(`${id}: ${place.right - right}`);
          }
        }
      }
      return gaps;
      """;

  private Layout() {}
}
