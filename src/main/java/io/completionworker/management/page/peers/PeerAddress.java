// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page.peers;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where an instance is asked.
 *
 * @param name as configured
 * @param host what is connected to: an address, or the name while it has none
 */
record PeerAddress(String name, String host, int port) {

  /** Of a checked host:port; an IPv6 address is in brackets. */
  static PeerAddress of(String text) {
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new PeerAddress(host, host, Integer.parseInt(text.substring(colon + 1)));
  }

  /**
   * All addresses that these names have now, in their order. Of a name with addresses of both
   * versions of IP only those of the fourth, since they are likely those of the same instances.
   * Blocks; a name without an address stays as it is.
   */
  static List<PeerAddress> resolved(List<PeerAddress> names) {
    Set<PeerAddress> addresses = new LinkedHashSet<>();
    for (PeerAddress name : names) {
      addresses.addAll(name.resolved());
    }
    return List.copyOf(addresses);
  }

  private List<PeerAddress> resolved() {
    try {
      InetAddress[] all = InetAddress.getAllByName(name);
      boolean fourth = Arrays.stream(all).anyMatch(Inet4Address.class::isInstance);
      return Arrays.stream(all)
          .filter(address -> !fourth || address instanceof Inet4Address)
          .map(address -> new PeerAddress(name, address.getHostAddress(), port))
          .sorted((one, other) -> one.host.compareTo(other.host))
          .toList();
    } catch (UnknownHostException e) {
      return List.of(this);
    }
  }

  /** For people. */
  String text() {
    String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return shown + ":" + port;
  }
}
