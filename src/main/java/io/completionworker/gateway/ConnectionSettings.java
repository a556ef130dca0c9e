// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig;
import io.completionworker.config.GatewayConfig.Transport;
import io.completionworker.config.Secret;
import io.completionworker.gateway.connection.TlsIdentity;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The settings of the connections of one event loop.
 *
 * @param most maximum number of connections of one event loop
 */
record ConnectionSettings(
    Endpoint endpoint, GatewayConfig config, TlsIdentity identification, int most) {

  /**
   * The time after which an unused connection is closed. It is shorter than the minute after which
   * others usually drop such a connection.
   */
  private static final int KEEP_ALIVE_SECONDS = 30;

  /**
   * The maximum for each protocol with HTTP/2. Vert.x multiplies the limits of both protocols, and
   * the product must be an int.
   */
  private static final int MAX_OF_BOTH = 46_340;

  /**
   * The flow-control window of a connection, in bytes. The window of a call is 64 KiB, and servers
   * rarely accept more than 256 calls on a connection.
   */
  private static final int CONNECTION_WINDOW = 256 * 64 * 1024;

  /** Vert.x looks at each connection of a client until it finds one that is free. */
  private static final int LEAST_PER_CLIENT = 64;

  private static final int MAX_HEADER_BYTES = 64 * 1024;

  /**
   * Returns the maximum number of clients that share the connections of one event loop. With HTTP/2
   * it is one, since few connections carry all calls.
   */
  int clients() {
    int each = Math.max(LEAST_PER_CLIENT, (int) Math.sqrt(most));
    return http2() || most <= each ? 1 : (most + each - 1) / each;
  }

  /**
   * Returns how many calls a client may have before another one is used: some of its connections
   * may be closing while their successors open.
   */
  int callsPerClient() {
    return Math.max(1, perClient() - Math.max(1, perClient() / 9));
  }

  private int perClient() {
    return (most + clients() - 1) / clients();
  }

  /**
   * Returns the limits of the connection pool of one client. Together they may hold as many
   * connections as there are calls, even with HTTP/2: a server may accept as little as one call at
   * a time on each connection.
   */
  PoolOptions poolOptions() {
    int bound = http2() ? Math.min(most, MAX_OF_BOTH) : perClient();
    return new PoolOptions()
        .setHttp1MaxSize(bound)
        .setHttp2MaxSize(http2() ? bound : 1)
        .setMaxWaitQueueSize(-1);
  }

  HttpClientOptions clientOptions() {
    int connectMillis = millis(config.transport().connectTimeout());
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(endpoint.tls())
            .setVerifyHost(config.tls().verifyHost())
            .setKeepAlive(true)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setPipelining(false)
            .setDecompressionSupported(true)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setTcpKeepAlive(true)
            .setConnectTimeout(connectMillis);
    options.setSslHandshakeTimeout(connectMillis);
    options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    if (http2()) {
      options.setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
      // A paused response fills its own window. It must not fill the window that all calls share.
      options.setHttp2ConnectionWindowSize(CONNECTION_WINDOW);
    }
    identify(options);
    GatewayConfig.Proxy proxy = config.proxy();
    if (proxy != null) {
      options.setProxyOptions(proxyOptions(proxy));
    }
    return options;
  }

  /** Whether HTTP/2 is offered. Without TLS, client and server cannot agree on it. */
  boolean http2() {
    Transport transport = config.transport();
    return transport.http2() && endpoint.tls();
  }

  private void identify(HttpClientOptions options) {
    var trust = identification.trust();
    if (trust != null) {
      options.setTrustOptions(TrustOptions.wrap(trust));
    }
    var own = identification.own();
    if (own != null) {
      options.setKeyCertOptions(KeyCertOptions.wrap(own));
    }
  }

  private ProxyOptions proxyOptions(GatewayConfig.Proxy proxy) {
    ProxyOptions options =
        new ProxyOptions()
            .setHost(proxy.host())
            .setPort(proxy.port())
            .setConnectTimeout(config.transport().connectTimeout())
            .setType(
                switch (proxy.type()) {
                  case HTTP -> ProxyType.HTTP;
                  case SOCKS5 -> ProxyType.SOCKS5;
                });
    Secret password = proxy.password();
    if (password != null) {
      options.setUsername(proxy.username()).setPassword(password.value());
    }
    return options;
  }

  private static int millis(Duration duration) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, duration.toMillis()));
  }

  /**
   * The URL that calls are sent to.
   *
   * @param tls whether the connection is encrypted
   * @param host the host as written in the URL, with an IPv6 address in brackets
   * @param target path and query of the completions resource
   */
  record Endpoint(boolean tls, String host, int port, String target) {

    private static final String RESOURCE = "/chat/completions";

    /**
     * Returns the completions resource under the configured base URL, which may have a trailing
     * slash and a query.
     */
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

    /** Returns the options of a request with these headers. */
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
}
