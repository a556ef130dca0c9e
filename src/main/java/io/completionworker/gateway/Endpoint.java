// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Locale;

/**
 * Where the calls go.
 *
 * @param tls whether the connection is encrypted
 * @param host as it stands in the URL, an IPv6 address in brackets
 * @param target path and query of the completions resource
 */
record Endpoint(boolean tls, String host, int port, String target) {

  private static final String RESOURCE = "/chat/completions";

  /** The completions resource under this base URL; a trailing slash and a query are fine. */
  static Endpoint of(GatewayConfig config) {
    URI url = config.url();
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException("gateway.url must be an http or https URL with a host");
    }
    boolean tls = scheme.equals("https");
    int standard = tls ? 443 : 80;
    String path = url.getRawPath() == null ? "" : url.getRawPath().replaceAll("/+$", "");
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    int port = url.getPort() < 0 ? standard : url.getPort();
    return new Endpoint(tls, url.getHost(), port, path + RESOURCE + query);
  }

  /** A call with these headers. */
  RequestOptions request(MultiMap headers) {
    String address = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setServer(SocketAddress.inetSocketAddress(port, address))
        .setHost(host)
        .setPort(port)
        .setSsl(tls)
        .setURI(target)
        .setFollowRedirects(false)
        .setHeaders(headers);
  }
}
