// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The page as one document, assembled from its files, and the policy that lets a browser run the
 * page's script and style and nothing else.
 *
 * @param policy the Content-Security-Policy, see W3C's CSP level 3
 * @param id identifies this text of the page; any other text has another id
 */
record PageSource(String html, String policy, String id) {

  private static final List<String> SCRIPTS =
      List.of(
          "format.js",
          "tables.js",
          "instances.js",
          "chart.js",
          "charts.js",
          "waits.js",
          "controls.js",
          "overview.js",
          "stream.js");

  /** Reads the files beside this class. */
  static PageSource read() {
    String style = "\n" + file("page.css");
    String script =
        SCRIPTS.stream()
            .map(PageSource::file)
            .collect(Collectors.joining("\n", "\n\"use strict\";\n", ""));
    String html =
        file("page.html")
            .replace("<style></style>", "<style>" + style + "</style>")
            .replace("<script></script>", "<script>" + script + "</script>");
    return new PageSource(html, policy(hash(script), hash(style)), hash(html));
  }

  private static String policy(String script, String style) {
    return String.join(
        "; ",
        "default-src 'none'",
        "script-src '" + script + "'",
        "style-src '" + style + "'",
        "img-src data:", // the icon
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'");
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }

  private static String file(String name) {
    try (InputStream in = PageSource.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not beside " + PageSource.class.getName());
      }
      // Browsers hash the parsed text, which has only line feeds.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
