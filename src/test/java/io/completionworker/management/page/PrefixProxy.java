// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy that serves a server on this machine below a path, and takes the path off. */
final class PrefixProxy implements AutoCloseable {

  private static final List<String> PASSED_ON =
      List.of("content-type", "content-security-policy", "cache-control");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String prefix;
  private final int target;

  private PrefixProxy(String path, int target) throws IOException {
    this.prefix = path.replaceFirst("/$", "");
    this.target = target;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(prefix, this::pass);
    server.setExecutor(threads);
    server.start();
  }

  static PrefixProxy start(String path, int target) throws IOException {
    return new PrefixProxy(path, target);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void pass(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(prefix.length());
    URI there = URI.create("http://127.0.0.1:" + target + (path.isEmpty() ? "/" : path));
    HttpURLConnection connection = (HttpURLConnection) there.toURL().openConnection();
    try (exchange;
        InputStream in = connection.getInputStream()) {
      for (String name : PASSED_ON) {
        String value = connection.getHeaderField(name);
        if (value != null) {
          exchange.getResponseHeaders().add(name, value);
        }
      }
      exchange.sendResponseHeaders(connection.getResponseCode(), 0);
      OutputStream out = exchange.getResponseBody();
      byte[] some = new byte[8192];
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        out.write(some, 0, read);
        out.flush();
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
