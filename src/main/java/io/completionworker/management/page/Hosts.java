// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which names a browser may have for this server. Bound to the loopback, only those of the
 * loopback: a page of somebody else, whose name was made to resolve to it (DNS rebinding), would be
 * of the same origin otherwise and could read everything. Bound to the network, the names are not
 * known, and every one will do.
 */
public final class Hosts {

  private static final Pattern LOOPBACK =
      Pattern.compile(
          "localhost|[a-z0-9.-]+\\.localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private static final Pattern PORT = Pattern.compile(":[0-9]*$");

  private final boolean loopback;

  /**
   * @param bound the name or address that the server listens on
   */
  public Hosts(String bound) {
    String host = bound.toLowerCase(Locale.ROOT);
    loopback = LOOPBACK.matcher(host).matches() || LOOPBACK.matcher("[" + host + "]").matches();
  }

  /**
   * Whether a request may have this Host header.
   *
   * @param header null when there is none, which no browser does
   */
  public boolean allow(@Nullable String header) {
    if (!loopback || header == null) {
      return true;
    }
    String name = PORT.matcher(header.toLowerCase(Locale.ROOT)).replaceFirst("");
    return LOOPBACK.matcher(name).matches();
  }
}
