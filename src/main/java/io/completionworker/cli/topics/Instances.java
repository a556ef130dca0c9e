// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.ManagementConfig;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks instances over HTTP where a request is.
 *
 * @param addresses host:port of their management servers
 * @param named whether a user has named them, so that one that does not have the request is worth a
 *     word
 */
public record Instances(List<String> addresses, boolean named) {

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:http://)?(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_][A-Za-z0-9._-]*):([0-9]{1,5})/?");

  private static final int MOST = 64;
  private static final int MOST_PORT = 65_535;

  /** How long all of them together are asked. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final ManagementClient CLIENT =
      new ManagementClient(Duration.ofSeconds(2), 1 << 14);

  /** Copies the list. */
  public Instances {
    addresses = List.copyOf(addresses);
  }

  /**
   * The place of a request.
   *
   * @param words the place in words, which begin with that of the instance
   * @param json what the instance has answered
   */
  public record Place(String words, JsonNode json) {}

  /**
   * Returns the instances of a worker: those that are named, or else those of the configuration and
   * the one on this machine.
   *
   * @param named each as host:port or as http://host:port
   * @throws IllegalArgumentException if one of them is neither
   */
  public static Instances of(ManagementConfig management, List<String> named) {
    if (!named.isEmpty()) {
      return new Instances(named.stream().map(Instances::address).toList(), true);
    }
    List<String> all = new ArrayList<>(management.peers());
    ManagementClient.address(management).ifPresent(all::add);
    return new Instances(all, false);
  }

  private static String address(String text) {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches() || Integer.parseInt(address.group(2)) > MOST_PORT) {
      throw new IllegalArgumentException("'" + text + "' is not HOST:PORT or http://HOST:PORT");
    }
    return address.group(1) + ":" + address.group(2);
  }

  /** Returns where a pending request is; empty if no instance that answers has it. */
  public Optional<Place> find(RecordPosition request) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (String address : resolved()) {
      if (System.nanoTime() - deadline > 0) {
        break;
      }
      JsonNode answer = ask(address, request);
      Optional<String> words = ManagementClient.text(answer.path("text"));
      if (isOf(answer, request) && words.isPresent()) {
        return Optional.of(new Place("at " + address + ", it " + words.get(), answer));
      }
    }
    return Optional.empty();
  }

  /** Whether this is an answer about the request. Any process may listen on a port. */
  private static boolean isOf(JsonNode answer, RecordPosition request) {
    return answer.path("topic").asText().equals(request.topic())
        && answer.path("partition").asInt(-1) == request.partition()
        && answer.path("offset").asLong(-1) == request.offset();
  }

  /**
   * Returns all addresses of these names, since the name of a service stands for many instances.
   */
  private Set<String> resolved() {
    Set<String> all = new LinkedHashSet<>();
    for (String address : addresses) {
      int colon = address.lastIndexOf(':');
      String host = address.substring(0, colon);
      try {
        for (InetAddress one : InetAddress.getAllByName(host.replaceAll("[\\[\\]]", ""))) {
          String text = one.getHostAddress();
          all.add((text.indexOf(':') < 0 ? text : "[" + text + "]") + address.substring(colon));
        }
      } catch (UnknownHostException e) {
        all.add(address); // it does not answer
      }
    }
    return all.stream().limit(MOST).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Returns what a worker says there; a missing node if none does, or if it has no such request.
   */
  private static JsonNode ask(String address, RecordPosition request) {
    String id = URLEncoder.encode(request.toString(), StandardCharsets.UTF_8).replace("+", "%20");
    return CLIENT
        .get(address, "/requests/" + id)
        .filter(answer -> answer.status() == HttpURLConnection.HTTP_OK)
        .map(ManagementClient.Answer::body)
        .orElseGet(MissingNode::getInstance);
  }
}
