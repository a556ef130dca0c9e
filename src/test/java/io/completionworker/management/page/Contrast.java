// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

/** Contrast of text as WCAG 2.2 reckons it, success criterion 1.4.3. */
final class Contrast {

  private static final String COLOURS =
      """
      const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
      const luminance = (colour) => channels(colour).slice(0, 3)
        .map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (node) => {
        for (let each = node; each; each = each.parentElement) {
          const colour = getComputedStyle(each).backgroundColor;
          if ((channels(colour)[3] ?? 1) === 1) {
            return colour;
          }
        }
        return "rgb(255, 255, 255)";
      };
      """;

  /** Every text that can be seen, with its ratio. */
  static final String SCRIPT =
      COLOURS
          + """
          const texts = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const node = walker.currentNode.parentElement;
            const text = walker.currentNode.textContent.trim();
            if (!text || !node.checkVisibility() || node.matches("script, noscript")) {
              continue;
            }
            const style = getComputedStyle(node);
            const pair = [node.matches("text") ? style.fill : style.color, ground(node)]
              .map(luminance).sort();
            texts.push({ text, ratio: (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05) });
          }
          return texts;
          """;

  /** Whether the page is dark. */
  static final String DARK_GROUND = COLOURS + "return luminance(ground(document.body)) < 0.05;";

  private Contrast() {}
}
