// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.management.page.PeerSample.PeerAnswer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the other instances for their latest samples, several at a time and each with a short
 * timeout.
 *
 * <p>For the event loop. A round begins only after the previous one has ended.
 */
final class Peers {

  /** The most instances that are asked. */
  static final int MOST = 64;

  private static final int AT_ONCE = 8;
  private static final int CONNECT_MILLIS = 1_000;
  private static final int IDLE_SECONDS = 20;
  private static final long RESOLVE_MILLIS = 5_000;

  private final Vertx vertx;
  private final HttpClient client;
  private final List<PeerAddress> configured;
  private final Set<PeerAddress> ourselves = new HashSet<>();
  private Map<PeerAddress, Long> silentSince = new HashMap<>();

  /**
   * Creates the client. Sends no request yet.
   *
   * @param addresses configured addresses, each host:port
   */
  Peers(Vertx vertx, List<String> addresses) {
    this.vertx = vertx;
    this.configured = addresses.stream().map(PeerAddress::of).toList();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS),
            new PoolOptions().setHttp1MaxSize(1));
  }

  /**
   * Asks the other instances, and returns the totals of all instances including this one.
   *
   * @param own the latest sample of this instance
   */
  Future<ObjectNode> ask(ObjectNode own) {
    return vertx
        .executeBlocking(() -> PeerAddress.resolved(configured), false)
        .timeout(RESOLVE_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(failure -> configured)
        .compose(addresses -> askThese(addresses, own));
  }

  private Future<ObjectNode> askThese(List<PeerAddress> all, ObjectNode own) {
    List<PeerAddress> others =
        all.stream().filter(address -> !ourselves.contains(address)).limit(MOST).toList();
    Map<PeerAddress, PeerAnswer> answers = new HashMap<>();
    Iterator<PeerAddress> left = others.iterator();
    List<Future<@Nullable Void>> lines =
        IntStream.range(0, AT_ONCE).mapToObj(line -> askNext(left, answers)).toList();
    return Future.all(lines).map(done -> together(others, answers, own));
  }

  private Future<@Nullable Void> askNext(
      Iterator<PeerAddress> left, Map<PeerAddress, PeerAnswer> answers) {
    if (!left.hasNext()) {
      return Future.succeededFuture();
    }
    PeerAddress address = left.next();
    return PeerAnswer.from(client, address)
        .compose(
            answer -> {
              answers.put(address, answer);
              return askNext(left, answers);
            });
  }

  private ObjectNode together(
      List<PeerAddress> asked, Map<PeerAddress, PeerAnswer> answers, ObjectNode own) {
    Totals totals = new Totals(own);
    Set<String> known = new HashSet<>(Set.of(own.at("/instance/id").asText()));
    Map<PeerAddress, Long> silent = new HashMap<>();
    List<Runnable> silentOnes = new ArrayList<>();
    for (PeerAddress address : asked) {
      PeerAnswer answer = answers.get(address);
      if (answer == null) {
        continue;
      }
      ObjectNode sample = answer.sample();
      if (sample == null) {
        long since = silentSince.getOrDefault(address, System.currentTimeMillis());
        silent.put(address, since);
        silentOnes.add(() -> totals.silent(address.text(), answer.problem(), since));
      } else if (known.add(sample.at("/instance/id").asText())) {
        totals.add(address.text(), sample);
      } else if (sample.at("/instance/id").equals(own.at("/instance/id"))) {
        ourselves.add(address);
      }
    }
    silentOnes.forEach(Runnable::run);
    silentSince = silent;
    return totals.json();
  }

  /**
   * The address of an instance.
   *
   * @param name the configured name
   * @param host an IP address, or the name if it is not resolved
   */
  record PeerAddress(String name, String host, int port) {

    /** Parses a valid host:port; an IPv6 address is in brackets. */
    static PeerAddress of(String text) {
      int colon = text.lastIndexOf(':');
      String host = text.substring(0, colon).replaceAll("[\\[\\]]", "");
      return new PeerAddress(host, host, Integer.parseInt(text.substring(colon + 1)));
    }

    /**
     * Returns all current addresses of these names, in the order of the names. For a name with both
     * IPv4 and IPv6 addresses it returns only the IPv4 ones, since both are likely those of the
     * same instances. Blocks. A name without an address stays as it is.
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

    /** Returns the address as people read it. */
    String text() {
      String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
      return shown + ":" + port;
    }
  }
}
