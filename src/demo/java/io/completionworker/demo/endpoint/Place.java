// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

/**
 * Where an endpoint listens, and what it is there.
 *
 * @param host address to listen on
 * @param port 0 takes a free one
 * @param gateway whether answers have a gateway's headers beside the provider's
 */
record Place(String host, int port, boolean gateway) {

  /** On loopback, as the gateway itself. */
  static Place ofGateway(int port) {
    return new Place("127.0.0.1", port, true);
  }

  /** On all addresses, as what a gateway calls. */
  static Place ofProvider(int port) {
    return new Place("0.0.0.0", port, false);
  }
}
